"""Components with one fault each, every one for a check to find."""

from faulty_gan.described import DESCRIBED
from faulty_gan.fault import Fault
from faulty_gan.losses import LOSSES
from faulty_gan.measured import MEASURED
from faulty_gan.networks import NETWORKS
from faulty_gan.recipes import RECIPES
from faulty_gan.regularizers import REGULARIZERS
from faulty_gan.sampled import SAMPLED

FAULTS: tuple[Fault, ...] = (*DESCRIBED, *NETWORKS, *LOSSES, *REGULARIZERS, *SAMPLED, *MEASURED, *RECIPES)
