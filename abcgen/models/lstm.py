"""A recurrent language model that transformers can load, save and `generate()` from.

Embedding, a stack of LSTM layers, a projection back to the embedding's width, and logits through the
embedding itself. The file stands alone (torch and transformers only), because a published model carries
it along as its code. It knows nothing of tunes or of training.
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


class AbcLstmConfig(PreTrainedConfig):
    """`embedding_size`: width of a token; `hidden_size`: units of each of `num_hidden_layers` layers."""

    model_type = "abc_lstm"

    def __init__(
        self,
        vocab_size: int = 512,
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
        self.vocab_size = vocab_size
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
class LstmState:
    """What the network remembers after `seen` tokens: `hidden`, `cell`, each (layers, batch, hidden_size).

    It goes where transformers keeps a key-value cache, and answers what `generate()` asks of one.
    """

    #: What `generate()` asks before it compiles a model, or runs a step too many that it would undo.
    is_compileable: ClassVar[bool] = False
    is_croppable: ClassVar[bool] = False

    hidden: Tensor
    cell: Tensor
    seen: int = 0

    def get_seq_length(self, layer_idx: int = 0) -> int:
        return self.seen

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Keep the rows `beam_idx` (rows,) of the batch, in that order."""
        self.hidden = self.hidden.index_select(1, beam_idx.to(self.hidden.device))
        self.cell = self.cell.index_select(1, beam_idx.to(self.cell.device))


@dataclass
class AbcLstmOutput(ModelOutput):
    """`logits`: (batch, time, vocabulary); `past_key_values`: the state after the last token."""

    loss: Tensor | None = None
    logits: Tensor | None = None
    past_key_values: LstmState | None = None


class AbcLstmForCausalLM(PreTrainedModel, GenerationMixin):
    """An LSTM over tokens. Padding, on either side, never touches the state (give `attention_mask`)."""

    config_class = AbcLstmConfig
    base_model_prefix = "lstm"
    _tied_weights_keys = {"lm_head.weight": "embedding.weight"}  # noqa: RUF012 - the name transformers reads
    _is_stateful = True

    def __init__(self, config: AbcLstmConfig) -> None:
        super().__init__(config)
        layers, drop = config.num_hidden_layers, config.hidden_dropout
        self.embedding = nn.Embedding(config.vocab_size, config.embedding_size)
        self.dropout = nn.Dropout(drop)
        self.lstm = nn.LSTM(
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
        """Recurrent weights uniform in ±1/sqrt(hidden); the forget gates start open (bias 1)."""
        if isinstance(module, nn.LSTM):
            bound = self.config.hidden_size**-0.5
            for name, parameter in module.named_parameters():
                if "weight" in name:
                    nn.init.uniform_(parameter, -bound, bound)
                else:
                    nn.init.zeros_(parameter)
                    if "bias_ih" in name:
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
        past_key_values: LstmState | None = None,
        inputs_embeds: Tensor | None = None,
        labels: Tensor | None = None,
        use_cache: bool | None = None,
        logits_to_keep: int | Tensor = 0,
        return_dict: bool | None = None,
        **kwargs: Any,
    ) -> AbcLstmOutput | tuple[Any, ...]:
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
        past = (past_key_values.hidden, past_key_values.cell) if past_key_values is not None else None
        mask = attention_mask[:, -embedded.shape[1] :] if attention_mask is not None else None
        if mask is None or bool(mask.all()):
            outputs, (hidden, cell) = self.lstm(embedded, past)
        else:
            outputs, hidden, cell = self._run_padded(embedded, mask.bool(), past)
        logits = self.lm_head(self.projection(self.dropout(_kept(outputs, logits_to_keep))))
        loss = None
        if labels is not None:
            scores = logits[:, :-1].flatten(0, 1).float()
            loss = cross_entropy(scores, labels[:, 1:].flatten(), ignore_index=-100)
        state = None
        if self.config.use_cache if use_cache is None else use_cache:
            seen = past_key_values.seen if past_key_values is not None else 0
            state = LstmState(hidden, cell, seen + embedded.shape[1])
        output = AbcLstmOutput(loss=loss, logits=logits, past_key_values=state)
        return output.to_tuple() if return_dict is False else output

    def _run_padded(
        self, embedded: Tensor, mask: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Run over the real positions of every row only; outputs at padding are zeros.

        embedded (batch, time, width), mask (batch, time) bool -> outputs (batch, time, hidden), hidden, cell.
        """
        batch, time = mask.shape
        if past is None:
            shape = (self.lstm.num_layers, batch, self.lstm.hidden_size)
            past = (embedded.new_zeros(shape), embedded.new_zeros(shape))
        lengths = mask.sum(1)
        order = torch.argsort((~mask).to(torch.int8), dim=1, stable=True)  # real positions first, in order
        left = embedded.gather(1, order[..., None].expand_as(embedded))
        packed = pack_padded_sequence(
            left, lengths.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False
        )
        outputs, (hidden, cell) = self.lstm(packed, past)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=time)
        back = torch.argsort(order, dim=1)
        outputs = outputs.gather(1, back[..., None].expand_as(outputs)) * mask[..., None]
        empty = (lengths == 0)[None, :, None]  # a row of nothing but padding keeps the state it had
        return outputs, torch.where(empty, past[0], hidden), torch.where(empty, past[1], cell)

    def prepare_inputs_for_generation(
        self,
        input_ids: Tensor,
        next_sequence_length: int | None = None,
        past_key_values: LstmState | None = None,
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
        self, outputs: AbcLstmOutput, model_kwargs: dict[str, Any], **kwargs: Any
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


AbcLstmConfig.register_for_auto_class()
AbcLstmForCausalLM.register_for_auto_class("AutoModelForCausalLM")
AutoConfig.register("abc_lstm", AbcLstmConfig, exist_ok=True)
AutoModelForCausalLM.register(AbcLstmConfig, AbcLstmForCausalLM, exist_ok=True)
