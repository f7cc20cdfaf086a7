"""Dropout for any architecture, while it is trained and no longer.

Most stock architectures of today have none, and on a few thousand tunes it is what keeps a model from
learning them by heart. Where a model has dropout of its own, its share is set; else it is hung on from
outside, and what is saved knows nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedModel

#: What configurations call the share of dropout, where they have any.
_NAMES = ("hidden_dropout", "resid_pdrop", "embd_pdrop")


def set_dropout(model: PreTrainedModel, dropout: float) -> None:
    """Have `model` drop a share of its embeddings and of what every branch of a layer adds, while it trains.

    N. Srivastava et al., "Dropout", JMLR 2014; on the branches as in A. Vaswani et al., "Attention is all you
    need", 2017. Calling it again sets another share.
    """
    if _set_own(model, dropout):
        return
    for module in (model.get_input_embeddings(), *_branches(model)):
        for key, hook in list(module._forward_hooks.items()):
            if isinstance(hook, _Dropped):
                del module._forward_hooks[key]
        if dropout:
            module.register_forward_hook(_Dropped(dropout))


def _set_own(model: PreTrainedModel, dropout: float) -> bool:
    """Set the share of the model's own dropout, in its modules and its configuration; whether it has any."""
    from torch import nn

    own = False
    module: Any
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p, own = dropout, True
        elif isinstance(module, nn.RNNBase):
            module.dropout, own = dropout if module.num_layers > 1 else 0.0, True
    for name in _NAMES:
        if hasattr(model.config, name):
            setattr(model.config, name, dropout)
    return own


class _Dropped:
    """A forward hook: the module's output, or the first of its outputs, with a share of it dropped."""

    def __init__(self, share: float) -> None:
        self._share = share

    def __call__(self, module: nn.Module, inputs: Any, output: Any) -> Any:
        from torch.nn.functional import dropout

        if isinstance(output, tuple):
            return (dropout(output[0], self._share, module.training), *output[1:])
        return dropout(output, self._share, module.training)


def _branches(model: PreTrainedModel) -> list[nn.Module]:
    """What stands in every layer and holds matrices: attention or convolution, and the MLP."""
    layers: Any = getattr(model.base_model, "layers", ())
    return [
        branch
        for layer in layers
        for branch in layer.children()
        if any(weight.ndim > 1 for weight in branch.parameters())
    ]
