"""The words of the page of interventions, in English and Dutch."""

# ruff: noqa: E501 - a text in two languages reads best on one line
from __future__ import annotations

from sim.programme.catalogue import PILLAR_NAMES, Delivery, Found, Quality

Text = tuple[str, str]
"""What is read in English and in Dutch."""

INTRODUCTION = """\
# Interventions

Made from the catalogue (`sim/programme/catalogue.py`) and the parameters by
`python -m sim.parameters.interventions`. Do not edit this page: change those and make it again. How a row becomes
posts, places, people and an effect stands in [design.md](design.md#55-from-euros-to-effect); every number with its
doubt in [parameters.md](parameters.md).

*Deze pagina somt op welke lijnen het programma heeft, wat het kan kopen en welke straffen er zijn, met wat het model
ervan aanneemt.*

- **On offending and crime** is a ratio: 0.86 means that the source, shrunk to half for routine delivery, finds 14 %
  fewer offences. It is the total of a trial. The model puts in what is left after the ways it carries by itself (own
  recent offending, trust, school, work), so that a simulated trial returns the row. In brackets the range of the draws.
- **At school, at work, at home** is what else is put in: skill in standard deviations, ratios of absence, of leaving
  school early, of finding work or being without it, debts, homes, the street. What follows from it (income, health,
  offending) has to come out of the model.
- **Nothing put in** means that no study gives an effect to put in, or that the study is kept to check the model
  against. What such a row does has to come out of the model, or is nothing.
- **Lag, full, half-life**: months until the full effect, months it holds from the start (or as long as the service
  is received), months in which it halves afterwards.
- **Weight** is the usual share in the money of its pillar. No source tells how the money is split: this is judgement.
  What a line buys of it stands under *the lines*.
- **Label** is what a quality framework makes of it. *Effective*: trials find an effect. *Promising*: signs of one.
  *Unproven*: none was found, or nobody looked. *Harmful*: it makes things worse.
"""

LINES_HEADING = """\
## The lines

*De lijnen: wie betaalt, hoe landelijk geld over de gebieden wordt verdeeld, en wat er gewoonlijk van wordt gekocht.*

"""

SANCTION_HEADING = """\
## What police and justice do to a person

*Wat politie en justitie met iemand doen.*

"""

PILLARS_EN_FIRST: dict[str, Text] = {name: (en, nl) for name, (nl, en) in PILLAR_NAMES.items()}

FOUND: dict[Found, Text] = {
    "signals": ("reported by school, police, street work or probation", "gemeld door school, politie, straat of toezicht"),
    "everyone": ("everybody of the age", "iedereen van de leeftijd"),
    "street": ("known to a street worker to go wrong", "bij een jongerenwerker bekend als iemand die de fout in gaat"),
    "severe": ("reported, and on youth probation or registered three times", "gemeld, en onder toezicht of drie keer geregistreerd"),
    "idle": ("without school or work, and known to the municipality", "zonder school of werk, en bekend bij de gemeente"),
    "released": ("back from custody for three months at most", "hooguit drie maanden terug uit detentie"),
    "detained": ("in youth custody", "in jeugddetentie"),
    "group": ("suspects with a tie of co-offending to another suspect", "verdachten die met een andere verdachte delicten pleegden"),
    "prolific": ("registered three times or more and lately, most points first", "drie keer of vaker en onlangs geregistreerd, de meeste punten eerst"),
    "behind": ("at a school inside the area and half a standard deviation or more behind, the furthest first", "op een school in het gebied en ver achter, wie het verst achter is eerst"),
    "absent": ("often absent from a school inside the area", "vaak afwezig op een school in het gebied"),
    "toddlers": ("all toddlers", "alle peuters"),
    "poor_toddlers": ("toddlers in a household of low financial welfare", "peuters in een huishouden met lage financiële welvaart"),
    "long_idle": ("on welfare and without work for a year or more", "een jaar of langer in de bijstand en zonder werk"),
    "jobless": ("without work or school, on welfare or known to the municipality", "zonder werk of school, in de bijstand of bekend bij de gemeente"),
    "unwell_jobless": ("in mental care or waiting for it, without work or school", "in psychische zorg of op de wachtlijst, zonder werk of school"),
}  # fmt: skip
"""How people come into a service with places."""

CHAIN: dict[str, Text] = {
    "halt": ("minors with a minor first offence", "minderjarigen met een klein eerste feit"),
    "prosecution": ("suspects who would be let go", "verdachten wier zaak anders ophoudt"),
    "swift_handling": ("who is to be tried", "wie voor de rechter moet komen"),
    "neighbourhood_court": ("who is to be tried for a minor offence", "wie voor een klein feit voor de rechter moet komen"),
    "community_service": ("adults sentenced to less than six months", "volwassenen met een straf van minder dan zes maanden"),
    "youth_probation": ("minors found guilty", "minderjarigen die schuldig zijn bevonden"),
    "isd": ("adults registered ten times or more", "volwassenen met tien of meer registraties"),
}  # fmt: skip
"""Whom the justice chain takes, for what is paid by the case or place."""

ELSEWHERE: dict[str, Text] = {
    "teachers": ("schools inside the area", "scholen in het gebied"),
    "early_warning": ("households of which a creditor sends a signal", "huishoudens over wie een schuldeiser een signaal geeft"),
    "debt_counselling": ("households with debts that ask, accept or are referred, longest waiting first", "huishoudens met schulden die hulp vragen, aannemen of worden verwezen, wie het langst wacht eerst"),
    "youth_debt_fund": ("households with problem debt, head 18 to 27", "huishoudens met problematische schulden, hoofd 18 tot en met 27 jaar"),
    "income_support": ("households with a right to welfare that do not claim it", "huishoudens die recht op bijstand hebben en die niet aanvragen"),
    "home_improvement": ("homes that are damp or have label E to G: willing private owners, and corporaties by the worst street", "woningen met vocht of label E tot en met G: eigenaren die willen, en corporaties per slechtste straat"),
    "street_lighting": ("streets with most registered crime", "straten met de meeste registraties"),
    "camera_watch": ("streets with most registered crime", "straten met de meeste registraties"),
    "greening": ("streets with most registered crime", "straten met de meeste registraties"),
    "meeting_places": ("all residents", "alle bewoners"),
    "neighbourhood_watch": ("streets in the order of a queue number", "straten op volgorde van een lotnummer"),
}  # fmt: skip
"""Whom and what everything else is for."""

STREETS: dict[str, Text] = {
    "jeugdboa": (
        "streets with most registered crime, and groups of youths",
        "straten met de meeste registraties, en groepen jongeren",
    ),
    "hot_spots": ("streets with most registered crime", "straten met de meeste registraties"),
    "problem_oriented": ("streets with most registered crime", "straten met de meeste registraties"),
    "wijkagent": ("all residents", "alle bewoners"),
    "procedural_justice": ("officers and boa's", "agenten en boa's"),
}

DELIVERY: dict[Delivery, Text] = {
    "places": ("places", "plaatsen"),
    "chain": ("cases in the justice chain", "zaken in de keten"),
    "hours": ("hours on the street", "uren op straat"),
    "training": ("training", "training"),
    "contacts": ("contacts with households", "contacten met huishoudens"),
    "households": ("places for households", "plaatsen voor huishoudens"),
    "surroundings": ("measures on the street", "maatregelen op straat"),
    "teachers": ("teaching posts", "leraren"),
    "grants": ("grants, paid when the work is done", "subsidies, betaald als het werk klaar is"),
}

PRICES = {
    "jeugdboa": "police.boa_post",
    "hot_spots": "police.police_hour",
    "problem_oriented": "police.police_hour",
    "wijkagent": "police.police_hour",
    "procedural_justice": "police.training_cost",
    "home_improvement": "homes.grant",
    "meeting_places": "programme.post_cost",
}
"""Prices that do not stand under the name of the intervention."""

ACTS_AS = {"prosecution": "processing", "community_service": "community_service", "procedural_justice": "fair_stop"}
"""Interventions that act through a sanction of another name."""

OTHERWISE: dict[str, Text] = {
    "wijkagent": ("nothing put in on crime; trust of residents grows", "niets ingevoerd op delicten; vertrouwen van bewoners groeit"),
}  # fmt: skip
"""What is put in where it is not an effect on offending or crime."""

ALSO: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mentoring": (("services.mentoring_skill", "SD of skill", "SD vaardigheid"),),
    "tutoring": (("services.tutoring_skill", "SD of skill after a full school year", "SD vaardigheid na een heel schooljaar"),),
    "vve": (("services.vve_skill", "SD of skill", "SD vaardigheid"),),
    "truancy": (("services.truancy_absence", "on absence", "op verzuim"),),
    "attendance_letters": (("services.attendance_letters_absence", "on absence", "op verzuim"),),
    "small_classes": (("services.small_classes_leaving", "on leaving school early", "op voortijdig schoolverlaten"),),
    "cbt_at_school": (("services.cbt_at_school_leaving", "on leaving school early", "op voortijdig schoolverlaten"),),
    "teachers": (("school.vacancies", "is the shortage that the posts bring down", "is het tekort dat de posten verkleinen"),),
    "supported_work": (("services.supported_work_employment", "on finding work", "op het vinden van werk"),),
    "ips": (("services.ips_employment", "on finding work", "op het vinden van werk"),),
    "basic_job": (("services.basic_job_unemployment", "on being without work", "op zonder werk zijn"),),
    "retraining": (("services.retraining_unemployment", "on being without work", "op zonder werk zijn"),),
    "early_warning": (
        ("debts.accept_visit", "of the visited accept debt help", "van wie bezoek krijgt neemt schuldhulp aan"),
        ("debts.accept", "after a letter", "na een brief"),
    ),
    "debt_counselling": (("debts.help_works", "of those who finish are out of debt", "van wie afrondt is uit de schulden"),),
    "youth_debt_fund": (("services.youth_debt_fund_cost", "euros buy out the debts of a household", "euro kopen de schulden van een huishouden af"),),
    "income_support": (("services.income_support_works", "of those helped come to receive welfare", "van wie hulp krijgt ontvangt daarna bijstand"),),
    "home_improvement": (
        ("homes.secured", "on burglary; the home is dry, with label B", "op inbraak; de woning is droog en krijgt label B"),
        ("homes.displaced", "of the tenants do not return", "van de huurders komt niet terug"),
    ),
    "neighbourhood_watch": (("homes.watched", "on burglary", "op inbraak"),),
    "meeting_places": (("surroundings.meeting", "cohesion at one post per 1,000 residents (a state without data)", "samenhang bij een post per 1.000 bewoners (een stand zonder gegevens)"),),
    "greening": (("surroundings.greening", "less disorder at full cover (a state without data)", "minder verloedering bij volle dekking (een stand zonder gegevens)"),),
}  # fmt: skip
"""What is put in at school, at work or at home: the parameter with its size, and what it is on."""

NOTHING: Text = ("nothing put in", "niets ingevoerd")
NOT_ON_OFFENDING: Text = ("nothing put in on offending", "niets ingevoerd op delictgedrag")
ON_ALL: Text = ("on all offending", "op alle delictgedrag")
ON_MINORS: Text = ("on all offending of minors", "op alle delictgedrag van minderjarigen")
ON_SERIOUS: Text = ("on serious offending", "op ernstig delictgedrag")
ON_STREET: Text = ("on crime at the place", "op delicten ter plaatse")
AGAINST_PRISON: Text = ("against short prison", "tegenover korte celstraf")

LABELS: dict[Quality, Text] = {
    "effective": ("effective", "effectief"),
    "promising": ("promising", "veelbelovend"),
    "unproven": ("unproven", "niet bewezen"),
    "harmful": ("harmful", "schadelijk"),
}

SANCTION_TEXTS: dict[str, tuple[Text, Text]] = {
    "halt": (("Halt", "Halt"), ("minors with a minor first offence, while there is room", "minderjarigen met een klein eerste feit, zolang er plaats is")),
    "processing": (("formal processing", "formele afdoening"), ("minors who are tried and not detained", "minderjarigen die voor de rechter komen en niet vastzitten")),
    "swift_handling": (("swift handling", "snelle afdoening"), ("who is tried about a month after the offence", "wie na ongeveer een maand voor de rechter komt")),
    "neighbourhood_court": (("neighbourhood court", "wijkrechtspraak"), ("who is tried there", "wie daar terechtstaat")),
    "youth_probation": (("youth probation", "jeugdreclassering"), ("minors found guilty, while there is room", "minderjarigen die schuldig zijn bevonden, zolang er plaats is")),
    "youth_custody": (("youth custody", "jeugddetentie"), ("minors guilty of a serious offence, some", "een deel van de minderjarigen na een ernstig delict")),
    "short_prison": (("prison below six months", "celstraf korter dan zes maanden"), ("adults guilty of a serious offence, some", "een deel van de volwassenen na een ernstig delict")),
    "long_prison": (("prison of six months or more", "celstraf van zes maanden of langer"), ("adults guilty of a serious offence, some", "een deel van de volwassenen na een ernstig delict")),
    "isd": (("ISD placement", "ISD-maatregel"), ("adults registered ten times or more, while there is room", "volwassenen met tien of meer registraties, zolang er plaats is")),
    "stop": (("stop by police or boa", "staandehouding door politie of boa"), ("youths of 12 to 27 on the street; boys and the known more often", "jongeren van 12 tot en met 27 op straat; jongens en bekenden vaker")),
    "fair_stop": (("fair treatment in a stop", "eerlijke bejegening bij een staandehouding"), ("whom a trained officer stops", "wie door een getrainde agent wordt staande gehouden")),
}  # fmt: skip
"""Name and reach of each sanction."""

PAYERS: dict[str, Text] = {
    "rijk_jenv": ("Rijk: Justice and Security", "Rijk: Justitie en Veiligheid"),
    "rijk_other": ("Rijk: other ministries", "Rijk: andere ministeries"),
}

DIVIDED: dict[str, Text] = {
    "suspects": ("young suspects", "jonge verdachten"),
    "residents": ("residents", "inwoners"),
    "dwellings": ("dwellings", "woningen"),
    "poor": ("residents of low financial welfare", "inwoners met lage financiële welvaart"),
    "pupils": ("residents below 20", "inwoners tot 20 jaar"),
}
"""The keys by which national money is divided over the areas."""

BY_PILLARS: Text = ("its three pillars, by the weights below", "de drie pijlers, naar de gewichten hieronder")
BUREAU: Text = ("bureau and meetings, while partners work as one", "bureau en overleg, zolang partners samenwerken")
