"""Made-up titles: names that a tune might have, and none of the old ones does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from abcgen.notation.steering import RHYTHMS


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_LIKE = _words("""
amber ancient ashen barefoot bitter bonny borrowed bramble brazen bright broken brown candid careless clouded
copper crooked dappled daring drowsy dusky early easy empty faded fallen faithful feathered fickle fiddling
flaxen forgotten friendly frosty gallant gentle gilded golden grey half-mended hasty heathery hidden hollow
honest humming idle kindly knotted lantern-lit lately-painted laughing lazy leaning leaping lively lonely lost
lucky mellow merry mild misty moonlit mossy muddy narrow nimble northern odd old painted patient pewter plain
proud quiet ragged rainy rambling restless roving rusty salted sandy scattered secret shining shy silver
singing sleepy slippery slow smoky snowy sober southern spinning stony stormy stray sudden sunlit tangled
tattered thirsty thistle tidy tilted travelling turning twisted unlatched velvet wandering weary
weathered western whistling wild windy winter woollen yellow
""")
_NAMED = _words("""
anchor apple attic badger bakery barge barley basket beacon bellows birch blackbird boat bonfire bridge brook
bucket button candle cart causeway chimney clover cobbler coracle cottage creel cricket cuckoo curlew dairy
dormouse drover elm fence ferry field firefly fisher flagstone flute forge fountain fox furrow garden gate
gander glen goose grindstone hare harvest hayloft hazel hearth hedge heron hill hornbeam inn island
jackdaw kettle kingfisher kite ladder lamb lamp lane lantern lark ledge lighthouse loom maple market marsh
meadow miller mill-race moor mountain nettle nightjar oak oar orchard otter owl path pebble
pedlar pier plough pond poppy quarry quay reed ridge river road robin rook rope rosehip sail saddle sandpiper
scythe shearer shepherd shore sickle skein skylark sloe smithy snipe sparrow spindle spring stable stair
starling stile stone stove strand stream swallow swan tailor teapot thatch thimble thrush tide towpath turf
umbrella valley vixen wagon walnut water-mill weaver weir well wharf wheel widow willow window woodcock
wren
""")
_SHAPES = ("the {} {}", "over the {} {}", "{kind} for the {} {}", "under the {} {}", "the {} {}'s {kind}")
#: Steps through all pairs of words; prime, so that none comes twice before all have come.
_STEP = 10_007


def made_up_title(seed: int, number: int, rhythm: str, is_known: Callable[[str], bool]) -> str:
    """The title of a tune by its seed and number (from 1): `The Crooked Stile`, `Reel for the Sleepy Heron`.

    One that is known already gives way to the next shape. No two numbers of a seed have the same words until
    all pairs have come; then they are numbered.
    """
    begins = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:8], "big")
    pairs = len(_LIKE) * len(_NAMED)
    again, at = divmod(number - 1, pairs)
    like, named = divmod((begins + at * _STEP) % pairs, len(_NAMED))
    words = _LIKE[like], _NAMED[named]
    kind = rhythm if rhythm in RHYTHMS else "air"
    shapes = [_SHAPES[(at + more) % len(_SHAPES)] for more in range(len(_SHAPES))]
    titles = [shape.format(*words, kind=kind) for shape in shapes]
    title = next((title for title in titles if not is_known(title)), f"{titles[0]} of {seed}")
    return _capital(f"{title}, no. {again + 1}" if again else title)


def _capital(title: str) -> str:
    """Every word but the small ones begins with a capital, and so does the first."""
    small = {"the", "for", "of", "no."}
    words = [word if word in small else word[:1].upper() + word[1:] for word in title.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
