"""Furniture that other cleaners leave, between paragraphs and below the article: all of it goes."""

import pytest

from clean.model import Document
from clean.pipeline import run_stage
from clean.rules.load import load_rules
from clean.stages.boilerplate import Boilerplate

ABOVE = "The council voted on Tuesday to close the old bridge for repairs."
BELOW = "Traffic will be sent over the new road until spring, officials said."

LINES = """
Follow The Harbour Opinion section on Facebook, Twitter and Instagram.
(Reporting by Anna Holm; editing by Tom Berg)
Comments / comments
Filed under: Banks | Rates |
[Related: Banks fall again]
READ MORE: Banks fall again
SEE ALSO:  Banks fall again
You may also like…
Popular on Harbour Post
Have a tip? Anna Holm may be reached at anna@harbour.example.
CLICK HERE TO GET THE HARBOUR NEWS APP
Most read in News
This copy is for your personal, non-commercial use only. To order copies, click here.
If you buy something through this post, we may earn a commission.
5:45 AM PST 11/19/2019 by Anna Holm
ADVERTISEMENT
Article continues below this ad
<!-- google_ad_client = "x"; -->
@media only screen and (min-width: 3px) { .x { display: none } }
Scroll down for video
VIEW GALLERY
Have something to add to this story? Share it in the comments.
Sorry we are not currently accepting comments on this article.
Copyright 2015 The Harbour Press. All rights reserved.
Sign up for breaking news alerts from Harbour News
WATCH: Man falls off bridge
(Photo by Anna Holm/Getty Images)
AP Photo/Anna Holm
Email Anna Holm at anna@harbour.example or follow her on Twitter.
This story originally appeared on Harbour Post.
NOW WATCH: How the bridge fell
Do you think the bridge is safe? Sound off in the comments!
Please enable Javascript to watch this video
Why the bridge fell on Monday [INSIGHT]
RelatedBanks fall for a third dayMayor leaves for Lisbon
Please share this story on Facebook if you agree.
What do you think? Scroll down to comment below.
2 Keep it Clean. Please avoid language that your mother would not like.
To be published, your comments must meet our community guidelines.
The Post is not responsible for the content of external sites.
Reproduction in whole or in part without permission is prohibited.
A version of this article appears in print on Tuesday, on page A1.
Copyright Harbour Press / Harbour News
Related: Bridge was never safe, mayor says
Also Read | Mayor was asleep, report says
-- More: Banks fall again
(READ: Banks fall again)
[Photo Gallery: The bridge in pictures]
Read: Banks fall for a third day >
From our archive: Banks fall for a third day
Continue reading here: Banks fall for a third day
Follow HARBOUR.COM: Facebook | Twitter
Like Harbour Post on Facebook
Want more? Follow us on Instagram
GET HARBOUR NEWS ON THE GO BY CLICKING HERE
Text HARBOUR to 12345 for news alerts
To subscribe to the Harbour Post call 555 0100
Read more of Harbour's coverage of the bridge.
For more on the bridge, listen to this week's podcast.
[ 120 comments ]
(Visited 12 times, 1 visits today)
00:00 | 03:12
""".strip().split("\n")


@pytest.fixture(scope="module")
def stage():
    return Boilerplate(load_rules("boilerplate"))


@pytest.mark.parametrize("line", LINES)
def test_goes(stage, line):
    inside = run_stage(Document("-", f"{ABOVE}\n\n{line}\n\n{BELOW}\n"), stage)
    at_end = run_stage(Document("-", f"{ABOVE}\n\n{BELOW}\n\n{line}\n"), stage)

    assert inside.text == f"{ABOVE}\n\n{BELOW}\n"
    assert at_end.text == f"{ABOVE}\n\n{BELOW}\n"


def test_newsletter_box_goes_whole(stage):
    box = """Get the Harbour Morning newsletter
Email address
Harbour Morning
Sign Up
Please enter a valid email address
Something went wrong. Please try again later.
By signing up you agree to our Terms of Use and Privacy Policy."""

    assert run_stage(Document("-", f"{ABOVE}\n\n{box}\n\n{BELOW}\n"), stage).text == f"{ABOVE}\n\n{BELOW}\n"


ARTICLE = """
All rights reserved for fishermen were lost in 1974.
Photos: he had none. Letters: he had burned them.
Related: the word was on everyone's lips.
The story is developing into a scandal.
This story was updated to include the mayor's answer.
Share this bread with your friends, the priest told them.
Text RELIEF to 12345 to give nine dollars to the victims.
The police can be reached at 555 0100.
Also at stake: two seats on the council.
Want proof? Go to the harbour and look at the nine boats.
THE BANK <BNK> TO MERGE WITH RIVAL <RVL>
More than 500 votes were cast by noon, the count showed.
""".strip().split("\n")


@pytest.mark.parametrize("line", ARTICLE)
def test_stays(stage, line):
    text = f"{ABOVE}\n\n{line}\n\n{BELOW}\n"
    assert run_stage(Document("-", text), stage).text == text


def test_a_list_of_ranks_goes_with_its_numbers(stage):
    ranks = "Most read\n\n1\n\nBanks fall for a third day\n\n2\n\nMayor leaves for Lisbon"
    text = f"{ABOVE}\n\n{ranks}\n\n{BELOW}\n"
    assert run_stage(Document("-", text), stage).text == f"{ABOVE}\n\n{BELOW}\n"


def test_the_number_of_the_next_part_stays(stage):
    part = "4\n\nThe council that could not count"
    text = f"{ABOVE}\n\nMost read\n\nBanks fall for a third day\n\n{part}\n\n{BELOW}\n"
    assert part in run_stage(Document("-", text), stage).text
