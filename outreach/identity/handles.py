"""
Handles: two plain words by which a case is named in lists, on the phone and at the copier. They say nothing.

Neutral words only: nothing of weather to fear, bodies, violence, rank, wealth, faith or colour of skin.
"""

import secrets

_FIRST = """
amber ample apt autumn azure balmy bamboo basil beige birch blithe bonny brass breezy bright brisk bronze buoyant
calm candid canvas cedar chalk cherry chestnut cinnamon citrus clay clear clever cloudy cobalt cocoa cool copper
coral corduroy cosmic cotton cozy cream crimson crisp crystal curly daily dapper dawn denim dewy dotted downy dusky
early earnest easy ebony elegant elm emerald even evening fair fancy fern festive fine flannel fleecy floral fluent
fresh fuzzy gentle ginger glad glassy glossy golden grand granite grassy green grey handy happy hazel hearty heather
honest honey humble indigo ivory jade jaunty jolly jovial juniper keen khaki kind lasting lavender leafy lemon lilac
limber linen lively lofty loyal lucid lunar magenta mahogany major maple marble maroon mauve mellow merry mild minty
misty modest mossy musical navy neat nimble noble noon northern nutmeg oaken oatmeal ocean olive opal open orange
orchid oval paisley paper peach pearl pepper perky pine pink plaid plain playful pleasant plucky plum plush polar
purple quartz quick quiet rapid ready regal rosy round royal ruby rustic saffron sage sandy sapphire satin scenic
serene shady shiny silk silver simple sincere sleek smooth snowy snug solar solid sound southern spicy spring spruce
square stately steady stellar stone striped sturdy suede sunlit sunny swift tangy tawny teal tidy topaz tranquil
true tulip tweed twilight upbeat upland urban valiant vanilla velvet verdant violet vivid warm wavy western whole
willow windy winter wise wooden woolen yellow zesty
"""
_SECOND = """
acorn almond anchor apple apricot arbor arrow aspen atlas attic badger bagel balcony banjo barley barn basin basket
bay bayou beach beacon beaver beech bell bench berry biscuit blanket blossom boat bonnet book boulder bowl breeze
bridge brook broom bucket buckle button cabin cactus camel canal candle canoe canyon cap caravan caribou carpet
carrot cart cello chair chapel chimney cider clarinet cliff clock clover coast coat comet compass corn cottage cove
cradle crane creek cricket crocus cup curtain daisy dale deer delta desk dingo dolphin dove drum duck dune eagle
easel elk ember falcon feather ferry fiddle field finch fir fjord flute forest fountain fox garden garnet gate
gazelle geyser giraffe glacier glade gopher grape grove guitar gull hamlet harbor harp hat hawthorn heron hickory
hill hollow horizon iris island ivy jacket jasmine jay jetty jug kayak kettle kite koala ladder lagoon lake lamp
lantern larch lark laurel leaf library lighthouse lily lime linden lion llama lobster locket loom lotus lynx magnet
magpie mango marigold market marsh meadow melon mesa mill mint mirror mitten moose moss mountain muffin nectar nest
nickel oak oasis oat oboe onion orchard oriole otter owl paddle palm panda pansy parade parsley pasture path peanut
pear pebble pecan pelican pencil peony piano pier pillow plateau plaza pond pony poplar poppy porch prairie puffin
pumpkin quail quarry quill quilt rabbit raft rain reed reef ribbon ridge river robin rose rowboat saddle sail salmon
sandal sapling scarf shell shore skylark sled snow sofa sparrow spoon squash star steeple stork stream sugar summit
sunrise swallow swan table teapot terrace thicket thimble thistle thrush tiger timber toucan tower trail train
tundra turnip turtle valley vase village vine violin wagon walnut walrus waterfall wave wheat whistle window wren
yarn yew zebra zinnia
"""

FIRST = tuple(_FIRST.split())
SECOND = tuple(_SECOND.split())


def random_handle(*, with_number: bool = False) -> str:
    """Return two random words, such as "Amber Harbor"; with a number behind them once many are taken."""
    words = f"{secrets.choice(FIRST)} {secrets.choice(SECOND)}".title()
    return f"{words} {secrets.randbelow(998) + 2}" if with_number else words
