"""Words that say what kind of thing the name beside them is, and words that are no name by themselves."""

from __future__ import annotations

_CUES = {
    "person": """
        president, minister, premier, chancellor, leader, king, prince, princess, sheikh,
        ayatollah, general, admiral, colonel, marshal, commander, spokesman, spokeswoman,
        spokesperson, mayor, governor, aide, adviser, advisor, ambassador, envoy, secretary,
        chief, chairman, chairwoman, lawmaker, senator, diplomat, dictator, tycoon, oligarch, mr,
        mrs, ms, dr, pope, emperor, singer, politician, militant
    """,
    "place": """
        city, town, village, province, region, oblast, district, county, port, capital, airport,
        island, islands, peninsula, strait, border, airbase, air base, suburb, camp, territory,
        republic, governorate, crossing, settlement, cosmodrome, municipality
    """,
    "river": """
        river, rivers, riverbank, dam, reservoir, estuary, banks of the, bank of the
    """,
    "building": """
        palace, guesthouse, guest house, state guesthouse, square, stadium, hall, mausoleum,
        tower, hotel, mosque, cathedral, church, prison, museum, theatre, theater, parliament,
        hospital, monastery, monument, shrine, castle, plant, steelworks
    """,
    "newspaper": """
        newspaper, newspapers, daily, paper, tabloid, weekly, magazine, news site, news outlet,
        outlet, news website
    """,
    "news_agency": """
        news agency, news agencies, agency, state media, news wire, newswire, wire service, state
        news, state-run news, press agency
    """,
    "broadcaster": """
        television, tv, channel, broadcaster, network, radio, station
    """,
    "org": """
        party, ministry, movement, group, militia, army, committee, council, company, bank,
        regiment, brigade, battalion, militants, fighters, rebels, faction, giant, firm,
        corporation, conglomerate, network, organisation, organization, producer, monopoly
    """,
    "ship": """
        ship, warship, frigate, submarine, cruiser, destroyer, vessel, carrier, ferry, flagship,
        corvette
    """,
    "weapon": """
        missile, missiles, rocket, rockets, drone, drones, tank, tanks, system, systems, jet,
        jets, bomber, bombers, torpedo, warhead, icbm, launcher, launchers, satellite
    """,
}

CUES: dict[str, tuple[str, ...]] = {
    kind: tuple(" ".join(cue.split()) for cue in listed.split(",")) for kind, listed in _CUES.items()
}
"""Lower case, by type of name. An entry's own cues come on top."""

GENERIC = frozenset(
    """
    agency air al and angeles arab army asian assembly bank bay blue board brigade brigades british
    broadcasting bureau business camp center central centre channel china chinese city civil
    commission committee communist company corporation council country court daily de del der des
    die district eastern echo economic el express far federal federation first force forces foreign
    france free french friendship front gazette general global grand great group guard guards guest
    guesthouse hall helmets herald high hotel house independent institute international islamic
    island islands jewish jihad journal justice king korea korean land league liberation liberty
    life line london los media military ministry mirror monday morning moscow mosque mount movement
    muslim national nations network new news newspaper noble north northern office oil orient palace
    party people peoples phoenix plant police popular port post power presidential press prince
    prison province public pyongyang radio rain real red region republic revolutionary river room
    royal russia russian saint school sea security service shoal shrine social society south
    southern space square standard star state states station stream street student students study
    sun sunday supreme system telegraph telegraphic television the tigers times tower town trend
    tribune turkey union united university vietnam village voice wall war washington weekly west
    western white women work workers world york young
    """.split()
)
"""Parts of names that are no name alone: never repaired by likeness, no partner without a second word."""
