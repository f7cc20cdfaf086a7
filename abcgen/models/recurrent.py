"""A recurrent language model that transformers can load, save and `generate()` from.

Embedding, a stack of recurrent layers (LSTM, GRU, or the plain network of Elman), a projection back to the
embedding's width, and logits through the embedding itself. The file stands alone (torch and transformers
only), because a published model carries it along as its code. It knows nothing of tunes or of training.
"""

# mypy: disable-error-code="misc, override, no-untyped-call, no-any-return, call-arg, arg-type, unused-ignore"
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from transformers import AutoConfig, AutoModelForCausalLM, GenerationMixin, PreTrainedConfig, PreTrainedModel
from transformers.utils.generic import ModelOutput

CELLS: dict[str, type[nn.RNNBase]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class AbcRecurrentConfig(PreTrainedConfig):
    """`cell`: lstm, gru or rnn (tanh). `embedding_size`: width of a token; `hidden_size`: units a layer.

    Raises ValueError for another cell.
    """

    model_type = "abc_recurrent"

    def __init__(
        self,
        vocab_size: int = 512,
        cell: str = "lstm",
        embedding_size: int = 256,
        hidden_size: int = 480,
        num_hidden_layers: int = 2,
        hidden_dropout: float = 0.0,
        initializer_range: float = 0.05,
        bos_token_id: int | None = None,
        eos_token_id: int | None = None,
        pad_token_id: int | None = None,
        tie_word_embeddings: bool = True,
        **kwargs: Any,
    ) -> None:
        if cell not in CELLS:
            raise ValueError(f"no cell {cell!r}; there are {', '.join(CELLS)}")
        self.vocab_size = vocab_size
        self.cell = cell
        self.embedding_size = embedding_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.hidden_dropout = hidden_dropout
        self.initializer_range = initializer_range
        self.use_cache = kwargs.pop("use_cache", True)
        super().__init__(
            bos_token_id=bos_token_id,
            eos_token_id=eos_token_id,
            pad_token_id=pad_token_id,
            tie_word_embeddings=tie_word_embeddings,
            **kwargs,
        )


@dataclass
class RecurrentState:
    """What the network remembers after `seen` tokens: tensors of (layers, batch, hidden_size).

    They are the hidden state and, of an LSTM, the state of its cells.
    It goes where transformers keeps a key-value cache, and answers what `generate()` asks of one.
    """

    #: What `generate()` asks before it compiles a model, or runs a step too many that it would undo.
    is_compileable: ClassVar[bool] = False
    is_croppable: ClassVar[bool] = False

    states: tuple[Tensor, ...]
    seen: int = 0

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return self.seen

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Keep the rows `beam_idx` (rows,) of the batch, in that order."""
        self.states = tuple(state.index_select(1, beam_idx.to(state.device)) for state in self.states)


@dataclass
class AbcRecurrentOutput(ModelOutput):
    """`logits`: (batch, time, vocabulary); `past_key_values`: the state after the last token.

    There is no attention and nothing between the layers to be had, which `generate()` may ask for.
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    past_key_values: RecurrentState | None = None
    hidden_states: None = None
    attentions: None = None


class AbcRecurrentForCausalLM(PreTrainedModel, GenerationMixin):
    """A recurrent network over tokens. Padding, on either side, leaves its state alone (`attention_mask`)."""

    config_class = AbcRecurrentConfig
    base_model_prefix = "layers"
    _tied_weights_keys = {"lm_head.weight": "embedding.weight"}  # noqa: RUF012 - the name transformers reads
    _is_stateful = True

    def __init__(self, config: AbcRecurrentConfig) -> None:
        super().__init__(config)
        layers, drop = config.num_hidden_layers, config.hidden_dropout
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_size)
        self.dropout = nn.Dropout(drop)
        self.layers = CELLS[config.cell](
            config.embedding_size,
            config.hidden_size,
            layers,
            batch_first=True,
            dropout=drop if layers > 1 else 0.0,
        )
        self.projection = nn.Linear(config.hidden_size, config.embedding_size)
        self.lm_head = nn.Linear(config.embedding_size, config.vocab_size, bias=False)
        self.post_init()

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        """Recurrent weights uniform in ±1/sqrt(hidden); an LSTM's forget gates start open (bias 1)."""
        if isinstance(module, nn.RNNBase):
            bound = self.config.hidden_size**-0.5
            for name, parameter in module.named_parameters():
                if "weight" in name:
                    nn.init.uniform_(parameter, -bound, bound)
                else:
                    nn.init.zeros_(parameter)
                    if isinstance(module, nn.LSTM) and "bias_ih" in name:
                        parameter[self.config.hidden_size : 2 * self.config.hidden_size].fill_(1.0)
        elif isinstance(module, (nn.Embedding, nn.Linear)):
            nn.init.normal_(module.weight, std=self.config.initializer_range)
            if getattr(module, "bias", None) is not None:
                nn.init.zeros_(module.bias)

    def get_input_embeddings(self) -> nn.Embedding:
        return self.embedding

    def set_input_embeddings(self, value: nn.Embedding) -> None:
        self.embedding = value

    def get_output_embeddings(self) -> nn.Linear:
        return self.lm_head

    def set_output_embeddings(self, new_embeddings: nn.Linear) -> None:
        self.lm_head = new_embeddings

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        past_key_values: RecurrentState | None = None,
        inputs_embeds: Tensor | None = None,
        labels: Tensor | None = None,
        use_cache: bool | None = None,
        logits_to_keep: int | Tensor = 0,
        return_dict: bool | None = None,
        **kwargs: Any,
    ) -> AbcRecurrentOutput | tuple[Any, ...]:
        """ids (batch, time) int64 -> logits (batch, time, vocabulary).

        `attention_mask`: (batch, time) or, with a state, (batch, everything so far + time); 0 marks padding.
        Without it every position counts. `labels`: (batch, time), -100 where no loss is wanted.
        `inputs_embeds`: (batch, time, embedding_size) instead of ids. `logits_to_keep`: the last so many
        positions (0: all), or indices of those wanted, (positions,) or (batch, positions).
        """
        if (input_ids is None) == (inputs_embeds is None):
            raise ValueError("give either input_ids or inputs_embeds")
        embedded = self.embedding(input_ids) if inputs_embeds is None else inputs_embeds
        embedded = self.dropout(embedded)
        past = past_key_values.states if past_key_values is not None else None
        mask = attention_mask[:, -embedded.shape[1] :] if attention_mask is not None else None
        if mask is None or bool(mask.all()):
            outputs, states = self._run(embedded, past)
        else:
            outputs, states = self._run_padded(embedded, mask.bool(), past)
        logits = self.lm_head(self.projection(self.dropout(_kept(outputs, logits_to_keep))))
        loss = None
        if labels is not None:
            scores = logits[:, :-1].flatten(0, 1).float()
            loss = cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=-100)
        state = None
        if self.config.use_cache if use_cache is None else use_cache:
            seen = past_key_values.seen if past_key_values is not None else 0
            state = RecurrentState(states, seen + embedded.shape[1])
        output = AbcRecurrentOutput(loss=loss, logits=logits, past_key_values=state)
        return output.to_tuple() if return_dict is False else output

    def _run(self, given: Any, past: tuple[Tensor, ...] | None) -> tuple[Any, tuple[Tensor, ...]]:
        """The layers over `given`, padded or packed, whatever the cell: outputs and the states after them."""
        if isinstance(self.layers, nn.LSTM):
            return self.layers(given, past)
        outputs, hidden = self.layers(given, None if past is None else past[0])
        return outputs, (hidden,)

    def _run_padded(
        self, embedded: Tensor, mask: Tensor, past: tuple[Tensor, ...] | None
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Run over the real positions of every row only; outputs at padding are zeros.

        embedded (batch, time, width), mask (batch, time) bool -> outputs (batch, time, hidden), states.
        """
        batch, time = mask.shape
        if past is None:
            shape = (self.layers.num_layers, batch, self.layers.hidden_size)
            past = (embedded.new_zeros(shape),) * (2 if isinstance(self.layers, nn.LSTM) else 1)
        lengths = mask.sum(1)
        order = torch.argsort((~mask).to(torch.int8), dim=1, stable=True)  # real positions first, in order
        left = embedded.gather(1, order[..., None].expand_as(embedded))
        packed = pack_padded_sequence(
            left, lengths.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False
        )
        outputs, states = self._run(packed, past)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=time)
        back = torch.argsort(order, dim=1)
        outputs = outputs.gather(1, back[..., None].expand_as(outputs)) * mask[..., None]
        empty = (lengths == 0)[None, :, None]  # a row of nothing but padding keeps the state it had
        return outputs, tuple(
            torch.where(empty, before, after) for before, after in zip(past, states, strict=True)
        )

    def prepare_inputs_for_generation(
        self,
        input_ids: Tensor,
        next_sequence_length: int | None = None,
        past_key_values: RecurrentState | None = None,
        attention_mask: Tensor | None = None,
        use_cache: bool | None = None,
        inputs_embeds: Tensor | None = None,
        is_first_iteration: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """With a state only what it has not seen is run; embeddings stand for the prompt, once.

        As with a key-value cache, ids that go on from a state are the whole sequence, or the new part alone
        with an attention mask over the whole.
        """
        embeds = inputs_embeds if is_first_iteration or past_key_values is None else None
        given = input_ids if embeds is None else embeds
        new = given.shape[1]
        if next_sequence_length is not None:
            new = next_sequence_length
        elif past_key_values is not None and attention_mask is not None and attention_mask.shape[1] == new:
            new -= past_key_values.seen
        if past_key_values is not None and new < 1:
            raise ValueError(
                f"the state has seen {past_key_values.seen} tokens: give them and at least one more, "
                "or new ones alone with the attention_mask of all"
            )
        given = given[:, given.shape[1] - new :].contiguous()
        return {
            "input_ids": given if embeds is None else None,
            "inputs_embeds": given if embeds is not None else None,
            "attention_mask": attention_mask,
            "past_key_values": past_key_values,
            "use_cache": use_cache,
        }

    def _update_model_kwargs_for_generation(
        self, outputs: AbcRecurrentOutput, model_kwargs: dict[str, Any], **kwargs: Any
    ) -> dict[str, Any]:
        """Carry the state over, and mark the new tokens as real."""
        if outputs.past_key_values is not None:
            model_kwargs["past_key_values"] = outputs.past_key_values
        mask = model_kwargs.get("attention_mask")
        if mask is not None:
            new = mask.new_ones((mask.shape[0], kwargs.get("num_new_tokens", 1)))
            model_kwargs["attention_mask"] = torch.cat([mask, new], dim=-1)
        return model_kwargs

    def _prepare_cache_for_generation(self, *args: Any, **kwargs: Any) -> None:
        """There is no key-value cache to make: the first forward makes the state."""


def _kept(outputs: Tensor, wanted: int | Tensor) -> Tensor:
    """The `wanted` positions of outputs (batch, time, hidden): as `logits_to_keep` of stock models."""
    if not isinstance(wanted, Tensor):
        return outputs[:, -wanted:] if wanted else outputs
    if wanted.ndim == 2 and wanted.dtype != torch.bool:
        return outputs.take_along_dim(wanted[..., None], dim=1)
    return outputs[wanted] if wanted.ndim == 2 else outputs[:, wanted]


AbcRecurrentConfig.register_for_auto_class()
AbcRecurrentForCausalLM.register_for_auto_class("AutoModelForCausalLM")
AutoConfig.register("abc_recurrent", AbcRecurrentConfig, exist_ok=True)
AutoModelForCausalLM.register(AbcRecurrentConfig, AbcRecurrentForCausalLM, exist_ok=True)
