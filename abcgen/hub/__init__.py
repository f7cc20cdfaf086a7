"""The Hugging Face Hub: what is published there, whole or not at all.

remote      a repository: its state, its files, one commit
cards       cards filled anew, with what people wrote into them
publish     a folder, filled and committed
dataset     what of a corpus is published
model       what of a model is
space       a demo: the app, its packages and its model, pinned
"""

from abcgen.hub.dataset import fill_dataset
from abcgen.hub.model import OTHER_WEIGHTS, fill_model
from abcgen.hub.publish import publish, write_publication
from abcgen.hub.remote import Remote
from abcgen.hub.space import fill_space

__all__ = [
    "OTHER_WEIGHTS",
    "Remote",
    "fill_dataset",
    "fill_model",
    "fill_space",
    "publish",
    "write_publication",
]
