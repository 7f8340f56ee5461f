// Writes pluralize.tsv and names.tsv beside this file: what npm's pluralize 8.0.0 and Medusa's naming rules make of many
// words, as vectors for src/model. The words are chosen so that each rule and each list of pluralize is met, in small,
// Title and UPPER case, within compound names, and by words that only look alike.
//
// usage: npm install pluralize@8.0.0 && node make-pluralize.js
const fs = require("fs")
const path = require("path")
const pluralize = require("pluralize")

pluralize.addUncountableRule("info")

const words = text => text.trim().split(/\s+/)

// What shops, blogs, banks, schools and machines keep in tables.
const models = words(`
  account action activity actor address adjustment admin agency agenda agent agreement album alert alias allocation
  amount analysis analytics annotation answer apartment app application appointment approval area article artist asset
  assignment atlas attachment attribute auction audience audit author authority authorization award backup badge
  balance bank banner barcode basis basket batch battery benchmark bill billing block blog board body bond bonus book
  booking bookmark bot box branch brand bridge brief broker budget bug building bulletin bundle bus business button
  buyer cache calendar call campaign campus canvas capacity card career cargo carrier cart case catalog category cause
  cell certificate channel chapter charge chart chat check chef chief child choice chorus church circle citizen city
  claim class classroom clause click client clinic closure cloth cluster coach code collection college color column
  comment commission commodity company complaint component concept condition conference config connection consent
  constraint contact container content contest contract contribution conversation cookie copy corpus cost country
  coupon course court cover credit crew criterion crisis criteria currency customer cycle dashboard database dataset
  date day deadline deal dealer debt decision default defect delegate delivery demand department deposit design desk
  destination detail device diagnosis diary diagram dictionary difference digest dimension director directory disc
  discount discussion disease dish dispatch display dispute distance district dividend doctor document domain donation
  donor draft drawer drive driver duty echo edge edition editor education effect election element email emphasis
  employee employer endpoint engine entity entry envelope episode equipment error escrow essay estate estimate event
  evidence exam example exchange expense expert export extension face facet facility factor factory faculty failure
  family farm fax feature fee feed feedback field figure file film filter finance finding firm fish fix flag flash fleet
  flight floor flow folder forecast form format formula forum foundation fraud freight friend fulfillment function fund
  gallery game gas gate gateway gear genre genus gift glass glossary goal goods government grade grant graph grid group
  guarantee guard guess guest guide habit half hash header headline health hero hierarchy highlight history hobby
  holiday home hook horse hospital host hotel hour house household icon idea identity image import impression incident
  income index industry info ingredient inquiry insight inspection instance institute instruction insurance interest
  interface interview inventory investment investor invitation invoice island issue item itinerary job journal journey
  judge jury key keyword kitchen knife label laboratory lane language launch law lead leaf league lease lecture ledger
  legacy lens lesson letter level library license life limit line link list listing loaf loan location lock log logo
  look lot lottery loyalty luggage machine magazine mailbox man manager manifest manufacturer map market markup mask
  match material matrix meal measure media medium meeting member membership memo memory menu merchant mesh message
  metadata method metric minus minute mission model module money month moss motion motor mouse move movie museum music
  name nation need network news newsletter node notice notification novel number oasis object objective offer offering
  office officer option order organization origin outcome outlet output overview owner ox package page panel paper
  parameter parcel parent parish park part participant partner party pass passenger password patch path patient pattern
  payment payout payroll peer penalty pension people percentage performance period permission person phase phone photo
  phrase piano picture piece pixel place plan planet plant platform play player playlist plus point policy poll pool
  portfolio portion position post postcode potato practice preference premium presence prize price price_list
  principal print priority privacy prize problem procedure process product production profile profit program progress
  project promise promo promotion proof property proposal prospect protocol provider province proxy publication
  publisher pump purchase purpose query quest question queue quiz quota quote race radius rail range rank rate rating
  ratio reaction reader reason rebate receipt recipe recipient recommendation record recovery redirect referee
  reference referral refund region registration registry relation release reminder rent repair reply report
  repository request requirement reservation residence resource response restaurant result resume return revenue
  review revision reward rice ride risk road role roof room root rota roster route row royalty rule run salary sale
  sample schedule schema scheme school science scope score screen script search season seat section sector segment
  seller seminar sensor sequence serial series server service session setting shape share sheep sheet shelf shift ship
  shipment shipping shop shopping_cart show sibling side sign signal signature site size sketch skill sku slot snapshot
  software solution song source space speaker species spec speech staff stage stamp standard star state statement
  station statistic status step stimulus stock stop storage store story strategy stream street stress strike string
  student studio study style subject submission subscriber subscription subsidiary success suffix suggestion suite
  summary supplier supply support surface surplus survey switch syllabus symbol sync synopsis syntax system table tag
  talk target task tax tax_rate taxi teacher team technology template tenant term territory test text theme theory
  thesis thing thread threshold ticket tier time timetable title toast token tomato tool topic torpedo total tour
  toy track trade trademark traffic trail train training transaction transfer transit translation transport trash
  treasury tree trend trial trigger trip trolley trophy truck trust tuition tutor type unit university update upgrade
  upload usage user utility vacancy valley value variable variant vat vault vehicle vendor venue verification version
  vertex veto video view village virus visa visit visitor voice volcano volume vote voucher wage wagon waiter wallet
  ward warehouse warranty waste watch wave way wealth weather web webhook website week weight wheel whiskey wife
  window winner wish wishlist witness wolf woman word work worker workflow workspace year yes zone zoo`)

// The lists and rules themselves, singular and plural, and words that come near them.
const irregular = words(`
  I we me us he they she them myself ourselves yourself yourselves itself themselves herself himself themself is are was
  were has have this these that those echo echoes dingo dingoes volcano volcanoes tornado tornadoes torpedo torpedoes
  genus genera viscus viscera stigma stigmata stoma stomata dogma dogmata lemma lemmata schema schemata anathema
  anathemata ox oxen axe axes die dice yes yeses foot feet eave eaves goose geese quiz quizzes human humans proof proofs
  carve carves valve valves looey looies thief thieves groove grooves pickaxe pickaxes passerby passersby tooth teeth`)
const uncountable = words(`
  adulthood advice agenda aid aircraft alcohol ammo analytics anime athletics audio bison blood bream buffalo butter carp
  cash chassis chess clothing cod commerce cooperation corps debris diabetes digestion elk energy equipment excretion
  expertise firmware flounder fun gallows garbage graffiti hardware headquarters health herpes highjinks homework
  housework information jeans justice kudos labour literature machinery mackerel mail media mews moose music mud manga
  news only personnel pike plankton pliers police pollution premises rain research rice salmon scissors series sewage
  shambles shrimp software species staff swine tennis traffic transportation trout tuna wealth welfare whiting
  wildebeest wildlife you info`)
const ruled = words(`
  sheep smallpox pox chickenpox devois bourgeois chamois bus octous ious measles fish starfish goldfish deer reindeer
  Chinese Japanese cheese geese these obese pokemon pokémon POKÉMON Pokemon thou thous nothou you man woman men women
  german ottoman omen regimen foramen eaux beaux eau plateau plateaux bureaux child children childs grandchild
  schoolchildren person people peson tribespeople chairperson mouse mice louse lice titmouse titmice dormouse dormice
  my-mouse my_mouse blouse spouse house my-louse slice spice dice police matrix matrices codex codices murex silex
  vertex vertices index indices indexes appendix appendices suffix prefix complex box boxes fox ax tax taxes church
  churches stomach monarch class classes bus buses dish buzz buzzes fizz quartz waltz kiss loch money monkey key
  keys journey donkey honey hockey hokey bailey volley alley galley jersey kidney storey phoney smiley cooley chimney
  city cities day boy soliloquy soliloquies colloquy obloquy guy buy fly sky y ay by knife knives wife wives life lives
  midwife housewife strife fife safe leaf leaves loaf loaves shelf shelves elf wolf half calf scarf wharf dwarf hoof
  roof beef reef chief belief brief sheaf thief deaf if of cliff staff oaf oasis basis analysis analyses crisis
  thesis parenthesis sis synthesis aphelion aphelia hyperbaton perihelion asyndeton noumenon phenomenon phenomena
  criterion criteria organon prolegomenon polyhedron tetrahedra automaton automata agendum addendum millennium datum
  data extremum bacterium desideratum stratum candelabrum erratum ovum symposium curriculum quorum metadata album
  stadium museum forum hero heroes potato tomato cargo negro buffalo photo piano radio great gro hello veto logo at ato
  seraph seraphim cherub cherubim alumna alumnae alga algae vertebra vertebrae alumnus alumni syllabus syllabi virus
  viri viruses radius radii nucleus fungus fungi cactus cacti stimulus terminus termini bacillus focus foci uterus
  locus loci stratus strati octopus campus census corpus status alias aliases bias biases ilias trias atlas canvas
  pancreas seas ideas areas texas vegas pajamas christmas gas gases biogas las balas glas lass iris iam diam uam clam
  dreams menu menus emu emus genu venus enus gnu ris tris tlas tmas iris debris axis axes testis testes praxis basis
  ese nese geese cheese these release lease ies series species cookies movies lens s ss x z`)
const foreign = words(`
  café cafés résumé naïve smörgåsbord größe straße Ångström menü señor piñata façade 日本 ключ ключи élève
  élèves crème jalapeño garçon Éclair über`)
const odd = ["", "_", "__", "a", "A", "1", "product1", "product_1", "1product", "foo-bar", "foo bar", "foo.bar", "s_",
             "_s", "_status", "x_", "my__box", "iPhone", "eBay", "URL", "URLs", "APIKey", "HTTPServer", "SKU", "sKU",
             "cHild", "cHILD", "CHiLD", "oRDER", "pERSON", "pErSoN", "BoX", "CitY", "cITY", "knIFE", "KniFe", "tAX",
             "1box", "_Box", "-Child", "9City", "(person)", "man2", "box ", " box", "per\u00e9son"]

const title = word => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
const pascal = word => word.split("_").map(title).join("")
const prefixes = ["user_", "order_", "brand_", "product_", "my_", "tax_", "line_item_", "customer_"]
const cased = list => list.flatMap(word => [word, title(word), word.toUpperCase()])

const all = new Set([...odd, ...cased(foreign), ...cased(irregular), ...cased(uncountable), ...cased(ruled), ...models])
for (const [i, word] of [...irregular, ...uncountable, ...ruled].entries()) {
  all.add(prefixes[i % prefixes.length] + word)
}
for (const [i, word] of models.entries()) {
  all.add(prefixes[i % prefixes.length] + word)
  all.add([pluralize.plural(word), title(word), word.toUpperCase(), pascal("sales_" + word)][i % 4])
}

const lines = [...all].map(word => `${word}\t${pluralize.plural(word)}`)
fs.writeFileSync(path.join(__dirname, "pluralize.tsv"), lines.join("\n") + "\n")

// Medusa's naming rules, as the project's reference describes them.
const snake = name => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase()
const kebab = name => name.replace(/([a-z])([A-Z])/g, "$1-$2").replace(/[\s_]+/g, "-").toLowerCase()
const toPascal = name => name.replace(/(^\w|_\w)/g, found => found.replace(/_/g, "").toUpperCase())
const isCamel = /^[a-zA-Z][a-zA-Z0-9]*([A-Z][a-z0-9]+)+$/
const camel = name => isCamel.test(name)
  ? name
  : name.toLowerCase().replace(/[^a-zA-Z0-9]+(.)/g, (_, letter) => letter.toUpperCase())
const withoutSuffix = part => part.replace(/(_id|Service)$/gi, "")
const table = (...parts) => parts.map(withoutSuffix).join("_")
const link = (...parts) => {
  const name = toPascal(table(...parts, "link"))
  return name.charAt(0).toUpperCase() + name.slice(1)
}
const hash = text => {
  let sum = 5381
  for (let i = 0; i < text.length; i++) {
    sum = (sum << 5) + sum + text.charCodeAt(i)
  }
  return sum.toString(16)
}
const compress = (name, limit = 58) => {
  if (name.length <= limit) {
    return name.toLowerCase()
  }
  const code = hash(name)
  let short = name.toLowerCase().split("_").filter((part, i, parts) => i === 0 || part !== parts[i - 1]).join("_")
  if (short.length > limit) {
    short = snake(name).split("_").map(part => part.slice(0, 4)).join("_")
  }
  return short.slice(0, Math.max(0, limit - code.length)) + code
}

const long = []
for (let i = 0; i + 8 <= models.length; i += 16) {
  const part = models.slice(i, i + 8)
  long.push(part.join("_"), part.map(pascal).join(""), part.map(pascal).join("_"), part.slice(0, 6).join("_"),
            [part[0], part[0], part[1], part[1], ...part.slice(2, 6)].join("_"), part.slice(0, 7).join("-"))
}
const styles = ["blogAuthor", "HTTPServer", "myAPIKey", "product1Variant", "Foo2Bar", "a_b", "blog_post", "BlogPost",
                "dml_c", "DmlC", "a__b", "__a", "_a", "a_", "a__", "a___b__", "blog-post", "blog post", "Blog Post",
                "blog  _ post", "product_1", "product1", "a1B2", "A1b2C3", "1aB", "aB", "AB", "Ab", "A", "a", "_", "__",
                "___", "-a", "a-", "a--", "a-b_c d", "fooService", "product_id", "PRODUCT_ID", "service", "_id",
                "product_id_id", "x_ID", "priceSetID", "price_set_id", "variant_id", "é_b", "aé", "été_b",
                "a".repeat(58), "a".repeat(59), "a".repeat(70), "A".repeat(58), "A_".repeat(40), "_".repeat(70),
                "product_product_brand_brand", "my_custom_tbl", "brand_brand_blog_post", "日本", "😀", "a😀b",
                "superlongmodulename_extraordinarily_long_model_name_brand_brand"]
const names = [...new Set([...styles, ...models.filter((_, i) => i % 9 === 0), ...long])]
const ascii = names.filter(name => /^[\x20-\x7e]*$/.test(name))
const rows = []
const add = (what, list, make) => list.forEach(name => rows.push([what, name, make(name)].join("\t")))
add("snake", names, snake)
add("kebab", names, kebab)
add("pascal", names, toPascal)
// Half a surrogate pair, which camel may leave of the last character, is no text here.
add("camel", names.filter(name => !/[\ud800-\udfff]$/.test(name)), camel)
add("hash", ["", ...names], hash)
add("compress", ascii, name => compress(name))
for (let i = 0; i + 4 <= names.length; i += 4) {
  const parts = names.slice(i, i + 4)
  rows.push(["table", parts.join(" + "), table(...parts)].join("\t"))
  rows.push(["link", parts.join(" + "), link(...parts)].join("\t"))
}
fs.writeFileSync(path.join(__dirname, "names.tsv"), rows.join("\n") + "\n")
