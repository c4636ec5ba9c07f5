"""Words that say what kind of thing the name beside them is, and words that are no name by themselves."""

from __future__ import annotations

from functools import lru_cache

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
        republic, governorate, crossing, settlement, cosmodrome, municipality, nuclear plant,
        power plant, nuclear complex, nuclear site, nuclear power, test site, industrial park,
        industrial complex, mayor of, governor of, enclave, stronghold
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
        corporation, conglomerate, network, organisation, organization, producer, monopoly, forces,
        rebel, rebels', insurgents, extremists, jihadists, islamists, islamist
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
    guesthouse hall helmets herald high hotel house il independent institute international islamic
    island islands jewish jihad journal justice king korea korean la land le league les liberation liberty
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


_WORLDS = """
    North Korea, North Korean, Pyongyang, DPRK, Koreas, Korea, Korean, Kim Jong Un, Kim Jong-un
    South Korea, South Korean, Seoul, Koreas, Korea, Korean
    Russia, Russian, Moscow, Kremlin, Putin, Soviet
    Ukraine, Ukrainian, Kyiv, Kiev, Zelensky, Zelenskyy
    Belarus, Belarusian, Minsk, Lukashenko
    China, Chinese, Beijing
    Taiwan, Taiwanese, Taipei
    Japan, Japanese, Tokyo
    India, Indian, New Delhi, Delhi
    Pakistan, Pakistani, Islamabad
    Afghanistan, Afghan, Kabul, Taliban
    Iran, Iranian, Tehran
    Iraq, Iraqi, Baghdad, Mosul
    Syria, Syrian, Damascus, Assad
    Lebanon, Lebanese, Beirut, Hezbollah
    Israel, Israeli, Jerusalem, Tel Aviv, Gaza
    Palestinian, Palestinians, Gaza, West Bank, Hamas
    Yemen, Yemeni, Sanaa, Houthi, Houthis
    Saudi Arabia, Saudi, Riyadh
    Egypt, Egyptian, Cairo
    Libya, Libyan, Tripoli
    Turkey, Turkish, Ankara, Istanbul, Erdogan
    Germany, German, Berlin
    France, French, Paris
    Italy, Italian, Rome
    Spain, Spanish, Madrid
    Poland, Polish, Warsaw
    Serbia, Serbian, Belgrade
    Hungary, Hungarian, Budapest
    Greece, Greek, Athens
    Nigeria, Nigerian, Abuja
    Sudan, Sudanese, Khartoum
    Brazil, Brazilian, Brasilia
    Venezuela, Venezuelan, Caracas
"""
_WORLD_OF: dict[str, tuple[str, ...]] = {}
for _line in _WORLDS.strip().split("\n"):
    _world = tuple(_line.strip().split(", "))
    for _word in _world[:3]:
        _WORLD_OF.setdefault(_word, _world)


@lru_cache(maxsize=1 << 12)
def widened(topic: tuple[str, ...]) -> tuple[str, ...]:
    """The topic words of an entry, and those that speak of the same country: Kyiv where it says Ukrainian."""
    return tuple(dict.fromkeys((*topic, *(word for one in topic for word in _WORLD_OF.get(one, ())))))
