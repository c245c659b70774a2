package wire

import (
	"crypto/sha256"
	"strings"
)

// HotspotName returns the three-word name of a key, such as "tidy-plum-otter",
// from the first three bytes of SHA-256 of its 34-byte encoding. About two
// million names exist, so names are for people: they need not be unique.
func HotspotName(k PubKey) string {
	if k.IsZero() {
		return ""
	}
	sum := sha256.Sum256(k.Bytes())
	moods, colours, animals := strings.Fields(nameMoods), strings.Fields(nameColours), strings.Fields(nameAnimals)
	return moods[int(sum[0])%len(moods)] + "-" + colours[int(sum[1])%len(colours)] + "-" + animals[int(sum[2])%len(animals)]
}

// The word lists are frozen: a changed word renames hotspots. Each is a list of
// distinct lower-case words; the moods and animals have 256, the colours 64.
const (
	nameMoods = `able acrobatic active agile airy alert alpine amber ample amused ancient apt arctic ardent artful astute
atomic awake balmy basic beaming bitter blithe bold bonny bouncy brainy brave breezy brief bright brisk
broad bubbly bumpy busy calm candid careful casual cheery chilly chirpy choice civil clean clear clever
cloudy coastal cold comic cool copious cordial cosmic cozy crafty crisp cubic curious curly daily dainty
dancing dandy daring deep deft dense dizzy docile dreamy droll dry dusty eager early earnest easy
elated electric elegant eloquent epic equal even exact exotic expert fabled fair famous fancy fast feisty
festive fierce fiery fine firm fleet flinty floral fluent fluffy flying foggy fond formal frank free
fresh frosty frugal full funny fuzzy gentle genuine giant gifted giddy glad gleaming global glossy golden
good graceful grand grassy great gritty groovy handy happy hardy hasty hearty helpful hidden high hollow
homely honest hopeful humble icy ideal idle inland jaunty jazzy jolly joyful jumpy just keen kind
kingly large lasting late lavish lean light lively local lofty lone loud loyal lucid lucky lunar
lush magic main major mellow merry mighty mild mindful misty modern modest moonlit mossy musical narrow
native neat new nimble noble noisy northern novel oaken odd old open orderly outer patient peaceful
perky pithy placid plain playful plucky plush poetic polite prime primal proper proud prudent pure quaint
quick quiet quirky radiant rainy rapid rare ready real regal restful rich robust rocky roomy rosy
rough round royal rustic sandy savvy scenic secret serene shady sharp shiny shy silent simple sincere`
	nameColours = `amber apricot aqua ash azure beige berry black blond blue bone brass brick bronze brown cedar
charcoal cherry chrome clay cobalt copper coral cream crimson cyan denim ebony emerald fawn flax fuchsia
garnet ginger gold grape gray green honey indigo iris ivory jade khaki lemon lilac lime magenta
maroon mauve mint navy ochre olive onyx opal orange pearl pink plum quartz red rose ruby`
	nameAnimals = `aardvark adder albatross alpaca anchovy ant anteater antelope armadillo auk avocet axolotl baboon badger barb bass
bat beaver bee beetle bison bittern bluebird boa boar bobcat bonito bream buffalo bullfrog bumblebee bunting
bustard buzzard camel canary capybara caracal caribou carp cassowary cat caterpillar catfish chameleon chamois cheetah chicken
chinchilla chipmunk chough cicada civet clam cobra cockatoo cod condor coot cormorant cougar cow coyote crab
crane crayfish cricket crocodile crow cuckoo curlew cuttlefish dace deer dingo dipper dog dolphin donkey dormouse
dove dragonfly drake duck dugong dunlin eagle earwig echidna eel egret eider eland elephant elk emu
ermine falcon ferret finch firefly flamingo flounder fly fox frog gannet gazelle gecko gerbil gibbon giraffe
gnat gnu goat goldfish goose gopher gorilla grebe grouper grouse guanaco gull guppy haddock halibut hamster
hare harrier hawk hedgehog heron herring hippo hoopoe hornet horse hound hummingbird hyena ibex ibis iguana
impala jackal jackdaw jaguar jay jellyfish kangaroo katydid kestrel kingfisher kite kiwi koala koi krill kudu
ladybird lamprey lapwing lark lemming lemur leopard limpet linnet lion lizard llama lobster locust loon loris
lynx macaque macaw mackerel magpie mallard mamba manatee mandrill mantis marlin marmot marten meerkat merlin mink
minnow mole mongoose monkey moose moth mouse mule mullet muskrat mussel narwhal newt nightjar numbat nuthatch
ocelot octopus okapi opossum orca oriole oryx osprey ostrich otter owl ox oyster panda pangolin panther
parrot partridge peacock pelican penguin perch petrel pheasant pigeon pika pike piranha platypus plover polecat pony
porcupine porpoise possum prawn puffin puma python quail quokka rabbit raccoon raven ray reindeer rhino robin`
)
