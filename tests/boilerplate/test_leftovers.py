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
