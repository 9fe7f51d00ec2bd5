"""Components with one fault each, for each check of ganreg."""

from faulty_gan.described import DESCRIBED
from faulty_gan.extracted import EXTRACTED
from faulty_gan.fault import Fault
from faulty_gan.games import GAMES
from faulty_gan.losses import LOSSES
from faulty_gan.measured import MEASURED
from faulty_gan.networks import NETWORKS
from faulty_gan.recipes import RECIPES
from faulty_gan.regularizers import REGULARIZERS
from faulty_gan.sampled import SAMPLED
from faulty_gan.translators import TRANSLATORS

FAULTS: tuple[Fault, ...] = (
    *DESCRIBED,
    *NETWORKS,
    *TRANSLATORS,
    *LOSSES,
    *REGULARIZERS,
    *GAMES,
    *SAMPLED,
    *MEASURED,
    *EXTRACTED,
    *RECIPES,
)
