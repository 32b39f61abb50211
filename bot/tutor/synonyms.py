"""Words that learners use for one another when they talk about data and models.

Everyday groups, not the words of any one lab: an author's paraphrases do the rest. A word stands
in one group only; its stem counts as that of the group's first word.
"""

GROUPS = """
generate create produce invent fabricate synthesise synthesize compute calculate manufacture spit
record row entry sample example item instance datapoint point case observation
measure observe collect capture gather log sense sensor instrument
real actual genuine authentic natural original true truth reality
fake artificial synthetic bogus phony pretend imaginary
model network generator algorithm ai bot machine gan program software simulator engine
wrong incorrect mistake error faulty inaccurate flawed broken buggy off rubbish garbage bad
right correct accurate exact precise valid fine perfect spotless flawless
origin source provenance birth background history come came comes
rare uncommon unusual seldom scarce exotic weird odd strange oddball outlier edge fringe extreme
common typical usual average normal ordinary frequent mainstream popular
vanish disappear lose lost drop dropped fade gone missing miss thin shrink forget forgotten die
limit bound restrict confine cap constrain
add include contain cover hold
never zero impossible
photo picture image photograph scan snapshot shot xray
flip mirror rotate crop brighten recolour recolor resize tweak edit alter modify transform
copy duplicate clone replica imitation
change differ vary variation variant different
repeat again loop round cycle generation iteration iterate recursive over
worse degrade decay deteriorate rot collapse drift poorer
keep retain preserve stay remain mix blend anchor
train learn teach fit tune educate study
corpus dataset archive collection library data
rule law script assumption setting parameter
write note document register paper paperwork receipt trace
version release edition
filter select curate clean screen prune throw discard reject
input feed fed prompt seed
know understand aware tell
question ask query
many lots million billion thousand huge volume amount quantity more
few little small handful couple tiny
patient person people human somebody someone
quality goodness look looks appearance realistic realism convincing
kind type sort family category class shelf
bias biased skew skewed lopsided
trust believe rely confidence
check verify test validate confirm inspect audit review examine exam proof prove
label annotate annotation tag caption mark
permission consent allow permit legal ethic ethical ban forbid forbidden bar
group minority subgroup demographic population community
expert doctor radiologist specialist clinician physician professional
mean overall total aggregate
fresh new recent current
judge score grade rate rank rating
private privacy personal secret confidential leak reveal expose
shortage short lack lacking scarcity bottleneck shortfall
bind block stop stand obstacle barrier
first main primary chief biggest priority decisive
second later wait secondary
solve fix mend repair remedy cure help
cost price money expensive cheap buy pay budget wallet bill fee invoice dollar
teacher supervisor chatbot
task job purpose goal
opponent attacker adversary fraudster criminal thief
method approach technique way procedure
"""
