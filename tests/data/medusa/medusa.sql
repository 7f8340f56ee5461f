CREATE TABLE public.api_key (
    id text NOT NULL,
    token text NOT NULL,
    salt text NOT NULL,
    redacted text NOT NULL,
    title text NOT NULL,
    type text NOT NULL,
    last_used_at timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_by text,
    revoked_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT api_key_type_check CHECK ((type = ANY (ARRAY['publishable'::text, 'secret'::text])))
);
CREATE TABLE public.blog_post (
    id text NOT NULL,
    title text NOT NULL,
    body text,
    author text NOT NULL,
    published_at timestamp with time zone,
    views integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.cart (
    id text NOT NULL,
    region_id text,
    customer_id text,
    sales_channel_id text,
    email text,
    currency_code text NOT NULL,
    shipping_address_id text,
    billing_address_id text,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    completed_at timestamp with time zone,
    locale text
);
CREATE TABLE public.cart_address (
    id text NOT NULL,
    customer_id text,
    company text,
    first_name text,
    last_name text,
    address_1 text,
    address_2 text,
    city text,
    country_code text,
    province text,
    postal_code text,
    phone text,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.cart_line_item (
    id text NOT NULL,
    cart_id text NOT NULL,
    title text NOT NULL,
    subtitle text,
    thumbnail text,
    quantity integer NOT NULL,
    variant_id text,
    product_id text,
    product_title text,
    product_description text,
    product_subtitle text,
    product_type text,
    product_collection text,
    product_handle text,
    variant_sku text,
    variant_barcode text,
    variant_title text,
    variant_option_values jsonb,
    requires_shipping boolean DEFAULT true NOT NULL,
    is_discountable boolean DEFAULT true NOT NULL,
    is_tax_inclusive boolean DEFAULT false NOT NULL,
    compare_at_unit_price numeric,
    raw_compare_at_unit_price jsonb,
    unit_price numeric NOT NULL,
    raw_unit_price jsonb NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    product_type_id text,
    is_custom_price boolean DEFAULT false NOT NULL,
    is_giftcard boolean DEFAULT false NOT NULL,
    CONSTRAINT cart_line_item_unit_price_check CHECK ((unit_price >= (0)::numeric))
);
CREATE TABLE public.customer (
    id text NOT NULL,
    company_name text,
    first_name text,
    last_name text,
    email text,
    phone text,
    has_account boolean DEFAULT false NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    created_by text
);
CREATE TABLE public.customer_address (
    id text NOT NULL,
    customer_id text NOT NULL,
    address_name text,
    is_default_shipping boolean DEFAULT false NOT NULL,
    is_default_billing boolean DEFAULT false NOT NULL,
    company text,
    first_name text,
    last_name text,
    address_1 text,
    address_2 text,
    city text,
    country_code text,
    province text,
    postal_code text,
    phone text,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.customer_blog_read (
    customer_id character varying(255) NOT NULL,
    blog_post_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    "position" integer,
    note text,
    details jsonb,
    featured boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.customer_customer_loyalty_loyalty_account (
    customer_id character varying(255) NOT NULL,
    loyalty_account_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.customer_group (
    id text NOT NULL,
    name text NOT NULL,
    metadata jsonb,
    created_by text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.customer_group_customer (
    id text NOT NULL,
    customer_id text NOT NULL,
    customer_group_id text NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text,
    deleted_at timestamp with time zone
);
CREATE TABLE public.link_module_migrations (
    id integer NOT NULL,
    table_name character varying(255) NOT NULL,
    link_descriptor jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp without time zone DEFAULT CURRENT_TIMESTAMP
);
CREATE SEQUENCE public.link_module_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.link_module_migrations_id_seq OWNED BY public.link_module_migrations.id;
CREATE TABLE public.loyalty_account (
    id text NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    tier text DEFAULT 'bronze'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.mikro_orm_migrations (
    id integer NOT NULL,
    name character varying(255),
    executed_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP
);
CREATE SEQUENCE public.mikro_orm_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.mikro_orm_migrations_id_seq OWNED BY public.mikro_orm_migrations.id;
CREATE TABLE public.order_cart (
    order_id character varying(255) NOT NULL,
    cart_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.price_set (
    id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.product (
    id text NOT NULL,
    title text NOT NULL,
    handle text NOT NULL,
    subtitle text,
    description text,
    is_giftcard boolean DEFAULT false NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    thumbnail text,
    weight real,
    length real,
    height real,
    width real,
    origin_country text,
    hs_code text,
    mid_code text,
    material text,
    collection_id text,
    type_id text,
    discountable boolean DEFAULT true NOT NULL,
    external_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    metadata jsonb,
    CONSTRAINT product_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'proposed'::text, 'published'::text, 'rejected'::text])))
);
CREATE TABLE public.product_category (
    id text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    handle text NOT NULL,
    mpath text NOT NULL,
    is_active boolean DEFAULT false NOT NULL,
    is_internal boolean DEFAULT false NOT NULL,
    rank integer DEFAULT 0 NOT NULL,
    parent_category_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    metadata jsonb,
    external_id text
);
CREATE TABLE public.product_category_product (
    product_id text NOT NULL,
    product_category_id text NOT NULL
);
CREATE TABLE public.product_collection (
    id text NOT NULL,
    title text NOT NULL,
    handle text NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    external_id text
);
CREATE TABLE public.product_option (
    id text NOT NULL,
    title text NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    is_exclusive boolean DEFAULT false NOT NULL
);
CREATE TABLE public.product_option_value (
    id text NOT NULL,
    value text NOT NULL,
    option_id text,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    rank integer
);
CREATE TABLE public.product_product_blog_blog_post (
    product_id character varying(255) NOT NULL,
    blog_post_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.product_product_review_review (
    product_id character varying(255) NOT NULL,
    review_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.product_sales_channel (
    product_id character varying(255) NOT NULL,
    sales_channel_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.product_tag (
    id text NOT NULL,
    value text NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    external_id text
);
CREATE TABLE public.product_tags (
    product_id text NOT NULL,
    product_tag_id text NOT NULL
);
CREATE TABLE public.product_type (
    id text NOT NULL,
    value text NOT NULL,
    metadata json,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    external_id text
);
CREATE TABLE public.product_variant (
    id text NOT NULL,
    title text NOT NULL,
    sku text,
    barcode text,
    ean text,
    upc text,
    allow_backorder boolean DEFAULT false NOT NULL,
    manage_inventory boolean DEFAULT true NOT NULL,
    hs_code text,
    origin_country text,
    mid_code text,
    material text,
    weight real,
    length real,
    height real,
    width real,
    metadata jsonb,
    variant_rank integer DEFAULT 0,
    product_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    thumbnail text
);
CREATE TABLE public.product_variant_option (
    variant_id text NOT NULL,
    option_value_id text NOT NULL
);
CREATE TABLE public.product_variant_price_set (
    variant_id character varying(255) NOT NULL,
    price_set_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.publishable_api_key_sales_channel (
    publishable_key_id character varying(255) NOT NULL,
    sales_channel_id character varying(255) NOT NULL,
    id character varying(255) NOT NULL,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.review (
    id text NOT NULL,
    rating integer NOT NULL,
    text text,
    author text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
CREATE TABLE public.sales_channel (
    id text NOT NULL,
    name text NOT NULL,
    description text,
    is_disabled boolean DEFAULT false NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);
ALTER TABLE ONLY public.link_module_migrations ALTER COLUMN id SET DEFAULT nextval('public.link_module_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.mikro_orm_migrations ALTER COLUMN id SET DEFAULT nextval('public.mikro_orm_migrations_id_seq'::regclass);
INSERT INTO public.blog_post VALUES ('bpost_01JGFJQ1YADE0RHWZ6F7T51ADR', 'Lamp Harbor Steel Modern History', 'shirt how bowl for chair and loud coast bowl lamp what leather steel material and simple harbor scarf how table and garden heavy and after dark boot what of notes loud chair a modern wash before season how coast bowl chair repair notes coast workshop trouser care shelf detail plate warm light river winter river who season sandal coat cold chair the boot sandal warm paper shirt of repair lamp scarf from table review a material knife wool which warm table of into the about studio repair guide about slow because design jacket into dress coat guide dark over glove mountain season wool story review notes bright jacket guide warm cup shirt oak trouser from when which coat material why hat warm mountain slow mountain oak bowl how before ceramic over jacket bowl design simple walnut dress season coat for knife wool design bright story after a slow jacket wash supply of light design material coat boot history spring because about dark and and under', 'Author 133', '2025-01-01 05:14:00+00', 1363, '2025-01-01 00:05:14+00', '2025-01-01 00:05:14+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFJTP1T8CASA4J651RDZ9BZ', 'Scarf About Shelf Lamp Maker', 'mountain quiet classic what notes into cup care fast loud simple coast bowl the history plate guide studio dark winter dark of because detail detail warm slow table spring where bright wash ceramic fast history winter knife with winter of bright quiet dress table which shirt design who review what bowl hat river quiet coat slow detail mountain notes why maker after chair care garden summer bowl before design for sandal walnut scarf coast coast spring leather guide light review river knife supply ceramic dark wash review heavy coat over table mountain design material and bowl bowl heavy garden sandal shelf bright leather steel maker cotton harbor cold into ceramic which autumn spring of cup under shelf dress river after cup repair when table history which cold boot shelf hat', 'Author 106', '2025-01-01 09:32:00+00', 14025, '2025-01-01 00:09:32+00', '2025-01-01 00:09:32+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFK2ZF7YK53TP880KAQ2ZHR', 'Leather Scarf Plate Slow Slow', 'harbor dark of history why garden spring loud repair table material with with when when glove classic history jacket ceramic where bright light mountain slow studio cold guide jacket of dress season of shelf light walnut spring bright bowl linen shelf hat simple ceramic coat walnut for hat studio shirt maker light why walnut hat before notes cup under repair where classic quiet table for summer studio studio dark with who chair dark glove garden from because guide care loud mountain maker bright of slow supply history classic how maker who before modern paper how warm about which history before with steel garden paper glass the review because which from table how which wool ceramic coast what quiet detail paper a dress after hat bright chair review how who bright lamp loud guide', 'Author 12', '2025-01-01 19:50:00+00', 32303, '2025-01-01 00:19:50+00', '2025-01-01 00:19:50+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFK4884Z0N76TWZRDGF8FGR', 'And Slow Knife How A', 'season cup oak linen shelf knife repair loud cup detail ceramic trouser and lamp where of because repair boot winter into linen sandal when wool because walnut the bowl leather about about bowl fast from because walnut coast which season which bowl workshop quiet table of cup cold paper the scarf story sandal mountain what before mountain autumn when cotton because before glove after dress autumn guide slow coast what summer workshop oak river after scarf harbor guide bright maker dress glove dress shirt cold classic glove autumn and scarf plate slow', 'Author 71', '2025-01-01 21:17:00+00', 3388, '2025-01-01 00:21:17+00', '2025-01-01 00:21:17+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFM0ZA8B6BP3N28Y0TJ59BT', 'Dress Steel Glove Leather Paper', 'glove ceramic cold shelf history when cotton slow maker classic because cotton because river sandal boot spring repair with spring shirt supply chair heavy table mountain paper light cup workshop loud scarf for supply wash glove glass season cotton when wool because when sandal table care fast paper walnut supply wool under paper of modern notes glove glove story table about which light repair because wool walnut cold repair supply care the wash with wool leather under why shelf wash which of sandal boot how which of a where with season about spring dress a detail coast paper lamp dark after review who knife cup lamp', 'Author 195', NULL, 2534, '2025-01-01 00:55:39+00', '2025-01-01 00:55:39+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFM2WARE5SGKV9P99BXCW3H', 'From Scarf Dress Mountain Dress', 'and paper autumn cold glove wool plate garden the harbor harbor lamp when under detail chair jacket autumn and summer the plate for and linen into dress spring which wool which workshop modern notes when chair hat guide linen how sandal wash from winter workshop oak boot workshop chair cup before coat with detail how supply how wash boot because what scarf where chair sandal autumn chair linen modern review why what hat autumn and coast cold simple leather autumn winter about story fast mountain shelf chair coat of glove river simple quiet season scarf boot linen guide shirt mountain spring sandal lamp of which cold simple shirt how a shelf harbor review what design scarf workshop boot harbor river heavy harbor winter', 'Author 96', '2025-01-03 09:47:00+00', 8994, '2025-01-01 00:57:47+00', '2025-01-01 00:57:47+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFM4CKQQSE04WR649NH75HC', 'Who Steel Table Quiet For', 'garden where plate wool coast shelf cold wool for light modern cold from cotton scarf why cold how shirt into shirt steel river when warm because jacket chair spring when chair what chair cup leather trouser trouser design light cup slow summer where under history plate garden lamp bright guide hat light cup table the scarf walnut bright when winter paper because river and supply about leather shelf walnut supply why repair design supply into history after why bowl about notes cold history classic season steel notes design season season quiet into summer detail bowl ceramic oak from coat warm ceramic workshop because table scarf coast chair and under design shelf cold season detail boot harbor maker chair autumn linen material repair bright glove trouser harbor garden chair loud warm under coat simple because design steel autumn bright guide garden', 'Author 188', '2025-01-03 11:38:00+00', 293, '2025-01-01 00:59:38+00', '2025-01-01 00:59:38+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFND97C8BRCNYTPDKF7Z4WE', 'Coast Maker Wash Light Dress', 'cold heavy shirt about steel season of over linen jacket classic into fast loud coat boot history leather walnut classic river shelf walnut garden of shirt bright river history dress spring about bowl fast ceramic how before a the cotton harbor before dark winter jacket glove harbor light the before with when history steel a because glove wool bowl before of how and history season care fast glove boot cotton what plate winter season after summer oak table dress quiet detail bright river coast after chair repair cotton from garden coast shirt review boot chair table material knife ceramic summer repair before the bowl coat who story where garden because garden what winter about over wash because heavy workshop autumn supply design glove quiet cold into wash dark scarf review winter story coat scarf supply trouser shelf season linen over coast which hat when garden autumn paper guide coast over simple material', 'Author 101', NULL, 6782, '2025-01-01 01:49:29+00', '2025-01-01 01:49:29+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFNPT23A8AM5BE36TY2SV4Y', 'Leather Wool And Leather Steel', 'for review because coat detail sandal after of cotton of bright coat loud sandal story what scarf when for supply design fast into who quiet autumn knife harbor linen scarf heavy coat maker chair because classic under review bowl knife how with paper before a from winter autumn guide spring repair cold light paper repair after review glass maker coat spring detail lamp shelf oak review coat lamp quiet under cold garden design story table autumn linen season after hat wool cotton bright into the care classic supply classic autumn and because under river wool care studio simple steel design bright detail workshop coat season boot table into the jacket simple the plate paper bowl plate care material because fast over ceramic autumn winter cup winter because autumn a detail when oak why coast coat mountain dark how who mountain boot with simple knife boot workshop of when the glove knife oak paper glass garden trouser with when coat quiet chair dark heavy supply when who cold because repair shirt winter chair wash linen simple of dark dark', 'Author 106', '2025-01-06 01:10:00+00', 1230, '2025-01-01 02:01:10+00', '2025-01-01 02:01:10+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFNQF8M99SR7T0VDG7A8WBN', 'Ceramic After A Of Under', 'light supply who linen bowl boot glass quiet and repair into autumn supply under bright walnut with and lamp classic under glass which and repair detail workshop from boot maker trouser shelf boot how bright guide summer how shelf oak material walnut who loud into the linen hat chair winter notes mountain plate what cold table winter cold for garden material classic glove table', 'Author 191', '2025-01-06 02:02:00+00', 1038, '2025-01-01 02:02:02+00', '2025-01-01 02:02:02+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFP6XKNM8RTF07BWPXCSV61', 'Story Review Jacket Heavy Autumn', 'what which walnut hat leather cup harbor before warm about spring ceramic why river glass steel season winter lamp shelf light a for glove knife summer light about harbor table scarf quiet and plate glass wash coat bright dark table summer walnut design the fast what cold knife because quiet who summer wash wool shelf boot care from season linen summer modern oak shelf the wash of and coat warm steel from linen a care dark plate warm into linen care boot cup light under cold plate shelf over coat history coast because table wash slow supply scarf heavy glove jacket cold wool workshop material summer when history and simple autumn after plate before dress oak shirt and why harbor glass of about detail coast leather of what cold with how lamp when maker into which coat chair trouser warm cotton linen under coast lamp paper under care notes spring who which linen', 'Author 163', '2025-01-06 20:30:00+00', 31445, '2025-01-01 02:20:30+00', '2025-01-01 02:20:30+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFP7CPVG7GWKYH50MBV38BK', 'With Linen Garden Jacket Under', 'paper trouser when oak under cold before summer light of notes material history shirt spring into workshop glass light after what coast because harbor scarf plate which simple into sandal when from guide paper linen steel classic table bowl into review wash material glove autumn knife wash light walnut of lamp jacket season cold plate material steel care sandal how summer oak after for story coat mountain of how from summer jacket where with studio material table knife and detail care shirt cotton workshop spring', 'Author 15', NULL, 42679, '2025-01-01 02:21:09+00', '2025-01-01 02:21:09+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFT2B0KHTNCFBHVKGPFKVBY', 'Garden Slow Quiet Boot Cold', 'autumn which into history which under hat boot before maker care coast loud plate of trouser with summer material chair ceramic about detail knife maker under glove supply winter story design scarf glass design linen boot maker classic scarf dress dress cotton slow when harbor dark material cotton cold maker shelf ceramic jacket linen knife heavy design where classic supply studio fast', 'Author 144', '2025-01-13 01:18:00+00', 11709, '2025-01-01 04:49:18+00', '2025-01-01 04:49:18+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFPZ53JNAX9KGS71XP0F39C', 'Dark From Because Cup Warm', 'because repair glove quiet under winter before why walnut repair detail knife heavy notes table history design boot harbor maker jacket glass shelf into shirt heavy chair material material detail warm mountain linen what guide autumn under guide design plate of into the guide table bright how when for under dark maker bowl when dark cold when loud who table maker shelf modern trouser after the the spring season coat of scarf notes studio how what autumn classic story jacket shelf a trouser knife boot bowl scarf loud what into and under notes fast scarf how shirt garden cup with glass after harbor cold simple coat the spring spring oak fast material cold under guide how glove into shirt knife knife studio why why ceramic shirt coat slow history notes material glass bowl wash a over over why wash under garden shirt garden story winter maker mountain with chair cup jacket notes coast steel the repair', 'Author 158', '2025-01-08 01:30:00+00', 34645, '2025-01-01 02:49:30+00', '2025-01-01 02:49:30+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFQ5JF72A088QGBCECPCY60', 'Before Classic Design Chair Wash', 'table quiet leather material because maker from with scarf bright paper slow story and bowl fast mountain because the dark who story wash about scarf lamp history history river who who supply from modern where cold from hat when hat studio linen warm winter autumn winter harbor the jacket shirt a autumn warm bright ceramic loud spring slow plate linen maker when boot coat paper boot bowl because coat care river because paper dark classic knife dress studio shelf light dress scarf coat story story loud modern for fast mountain cup mountain light simple cup a spring dress material glove review detail who material cold coast jacket when wash material scarf season table studio a winter repair why maker classic where a care supply review shelf under design before coat river detail bright steel walnut care repair when light supply a', 'Author 49', '2025-01-08 09:16:00+00', 16890, '2025-01-01 02:57:16+00', '2025-01-01 02:57:16+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFRWH0H79E7QK643N1PSR98', 'For Coast Sandal Coast Why', 'the season supply leather autumn mountain cotton detail supply over detail studio care cup history walnut simple history under simple mountain history material simple before workshop ceramic who for supply spring linen studio quiet autumn review coat a summer heavy linen fast with plate wash autumn detail studio what oak where oak scarf fast material loud sandal the repair guide modern story with for who with workshop for about oak sandal cold slow because wash wash wool steel slow knife fast oak coat scarf studio quiet oak after bowl about chair guide the from history a about hat story material dark chair paper shelf from scarf what who scarf detail harbor trouser where simple winter knife slow workshop why classic ceramic and loud scarf cold where autumn wash cotton autumn when cup from plate spring steel season plate how shelf slow fast because notes', 'Author 18', '2025-01-11 03:26:00+00', 130, '2025-01-01 04:03:26+00', '2025-01-01 04:03:26+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFRXA44WDQCW37XRDZ1KFJK', 'How Chair Wash Classic Glass', 'glove chair review trouser dress autumn river quiet why history mountain light loud winter under knife care design before quiet modern wool wool modern from hat who table warm scarf loud after fast loud glass and over loud guide bright studio about linen lamp the paper garden what supply linen plate quiet why trouser walnut cotton chair history trouser the coast glass walnut into the plate jacket paper coast review material bowl cup coast paper knife plate hat shelf which autumn', 'Author 10', '2025-01-11 04:22:00+00', 60732, '2025-01-01 04:04:22+00', '2025-01-01 04:04:22+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFRXWXF60ZC4MF6Y0CHC95Q', 'Fast Which Coat After Sandal', 'garden quiet table oak fast winter review over garden review shelf story of workshop heavy shelf of why fast ceramic dark workshop cup glove walnut because design cotton scarf boot season boot oak material a trouser quiet where mountain how supply wool how boot how classic after design jacket and boot maker under workshop when spring after bright wash workshop under wool glove warm mountain wool coat autumn autumn leather notes before about shelf with harbor repair studio slow of wool over why repair which under coast warm shelf under cotton simple lamp shirt dress workshop detail notes boot supply how before boot before knife into jacket when the supply bright maker the before before into cold with supply why material who studio glove cold studio cold ceramic ceramic shelf where scarf fast and loud table bowl review dress fast when cotton', 'Author 90', '2025-01-11 05:04:00+00', 57004, '2025-01-01 04:05:04+00', '2025-01-01 04:05:04+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFST5HTR29NMJGJ1CDG05WG', 'Guide Table Season Loud Season', 'workshop scarf modern care where history spring dark boot a studio with bright history cotton autumn trouser where wash guide from review repair paper workshop oak from under under linen cup about coast after bowl guide trouser guide from into because history warm material about with chair shelf with maker bright review loud of cold summer winter wool cold scarf from knife how over heavy hat garden cold linen for heavy cotton chair heavy shelf slow from bright under slow summer lamp wool boot story classic scarf plate walnut under shelf with after wash how bowl harbor cold slow why walnut linen notes maker heavy notes detail glove maker under season notes the paper coast autumn over boot', 'Author 184', NULL, 4398, '2025-01-01 04:39:29+00', '2025-01-01 04:39:29+00', NULL);
INSERT INTO public.blog_post VALUES ('bpost_01JGFTC2NWQRPWAPHTC8G09WX8', 'About Cotton Design Notes Winter', 'leather warm story studio studio a coast notes bright knife after lamp what river because bright ceramic review repair over oak the of lamp sandal care when fast workshop chair review bowl a review the coast slow where knife coat river a light fast maker detail over for detail wool where coast cup cup dark when story walnut into chair with maker coast the review under simple maker steel sandal classic over material glass from bright shirt care what history shirt of linen where quiet loud and spring cold season summer before glove dark winter paper after what autumn paper spring dress history which review fast classic wash into autumn from sandal studio light shirt with what heavy because over before notes maker mountain jacket slow about glass wool light heavy about heavy from knife supply steel heavy from plate dress who and cold', 'Author 60', '2025-01-13 13:05:00+00', 23362, '2025-01-01 05:01:05+00', '2025-01-01 05:01:05+00', NULL);
INSERT INTO public.customer VALUES ('cus_01JGFJJZE4XPSEE621ZX4CCEX9', NULL, 'Spring', 'Season', 'customer0@example.com', NULL, true, NULL, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', NULL, NULL);
INSERT INTO public.customer VALUES ('cus_01JGFJK0794RFDMS5EX7SN4KWK', NULL, 'Spring', 'Oak', 'customer2@example.com', NULL, true, NULL, '2025-01-01 00:00:02+00', '2025-01-01 00:00:02+00', NULL, NULL);
INSERT INTO public.customer VALUES ('cus_01JGFJK04WX5CPGF9ACG1G1264', NULL, 'Guide', 'Chair', 'customer1@example.com', NULL, true, NULL, '2025-01-01 00:00:01+00', '2025-01-01 00:00:01+00', NULL, NULL);
INSERT INTO public.customer_blog_read VALUES ('cus_01JGFJJZE4XPSEE621ZX4CCEX9', 'bpost_01JGFQ5JF72A088QGBCECPCY60', 'cbread_01JGFJJZHG776BWENQ0345F4H7', 0, 'review warm classic with', NULL, false, '2026-11-22 08:21:05.07245+00', '2026-11-22 08:21:05.07245+00', NULL);
INSERT INTO public.customer_blog_read VALUES ('cus_01JGFJJZE4XPSEE621ZX4CCEX9', 'bpost_01JGFK4884Z0N76TWZRDGF8FGR', 'cbread_01JGFJK01ASNR3ND01ME58T391', 1, 'season simple over lamp', NULL, false, '2026-11-22 08:21:05.07245+00', '2026-11-22 08:21:05.07245+00', NULL);
INSERT INTO public.customer_blog_read VALUES ('cus_01JGFJJZE4XPSEE621ZX4CCEX9', 'bpost_01JGFNPT23A8AM5BE36TY2SV4Y', 'cbread_01JGFJK09J94AC30D1SK13G8T6', 2, 'spring chair fast when', NULL, false, '2026-11-22 08:21:05.07245+00', '2026-11-22 08:21:05.07245+00', NULL);
INSERT INTO public.customer_blog_read VALUES ('cus_01JGFJK0794RFDMS5EX7SN4KWK', 'bpost_01JGFST5HTR29NMJGJ1CDG05WG', 'cbread_01JGFJK0NANEWD68DQGKW3BR31', 0, 'spring material shirt oak', NULL, false, '2026-11-22 08:21:05.07245+00', '2026-11-22 08:21:05.07245+00', NULL);
INSERT INTO public.customer_blog_read VALUES ('cus_01JGFJK0794RFDMS5EX7SN4KWK', 'bpost_01JGFM4CKQQSE04WR649NH75HC', 'cbread_01JGFJK0Z2SFWC30KHBC94T5F4', 1, NULL, NULL, false, '2026-11-22 08:21:05.07245+00', '2026-11-22 08:21:05.07245+00', NULL);
INSERT INTO public.customer_customer_loyalty_loyalty_account VALUES ('cus_01JGFJJZE4XPSEE621ZX4CCEX9', 'loy_01JGFJJZEDGKJVH2GKEFTDNN55', 'link_01M815EB5FRQ34151WJ7KZ8YCX', '2026-11-22 08:19:57.228951+00', '2026-11-22 08:19:57.228951+00', NULL);
INSERT INTO public.customer_customer_loyalty_loyalty_account VALUES ('cus_01JGFJK04WX5CPGF9ACG1G1264', 'loy_01JGFJJZP6CCJ4KJDVSRAK81QZ', 'link_01M815EB5G4ZVFSMRVW40HJ9C7', '2026-11-22 08:19:57.228951+00', '2026-11-22 08:19:57.228951+00', NULL);
INSERT INTO public.customer_customer_loyalty_loyalty_account VALUES ('cus_01JGFJK0794RFDMS5EX7SN4KWK', 'loy_01JGFJJZYJ4QBHJV4VTC02TFG8', 'link_01M815EB5G9R97EARKQNTGJ8MG', '2026-11-22 08:19:57.228951+00', '2026-11-22 08:19:57.228951+00', NULL);
INSERT INTO public.link_module_migrations VALUES (7, 'order_cart', '{"toModel": "cart", "toModule": "cart", "fromModel": "order", "fromModule": "order"}', '2026-11-22 08:16:16.942141');
INSERT INTO public.link_module_migrations VALUES (12, 'product_sales_channel', '{"toModel": "sales_channel", "toModule": "sales_channel", "fromModel": "product", "fromModule": "product"}', '2026-11-22 08:16:16.96192');
INSERT INTO public.link_module_migrations VALUES (15, 'product_variant_price_set', '{"toModel": "price_set", "toModule": "pricing", "fromModel": "variant", "fromModule": "product"}', '2026-11-22 08:16:16.973991');
INSERT INTO public.link_module_migrations VALUES (16, 'publishable_api_key_sales_channel', '{"toModel": "sales_channel", "toModule": "sales_channel", "fromModel": "api_key", "fromModule": "api_key"}', '2026-11-22 08:16:16.977764');
INSERT INTO public.link_module_migrations VALUES (20, 'user_rbac_role', '{"toModel": "rbac_role", "toModule": "rbac", "fromModel": "user", "fromModule": "user"}', '2026-11-22 08:16:16.99454');
INSERT INTO public.link_module_migrations VALUES (21, 'customer_blog_read', '{"toModel": "blog_post", "toModule": "blog", "fromModel": "customer", "fromModule": "customer"}', '2026-11-22 08:16:16.998127');
INSERT INTO public.link_module_migrations VALUES (22, 'customer_customer_loyalty_loyalty_account', '{"toModel": "loyalty_account", "toModule": "loyalty", "fromModel": "customer", "fromModule": "customer"}', '2026-11-22 08:16:17.001944');
INSERT INTO public.link_module_migrations VALUES (23, 'product_product_blog_blog_post', '{"toModel": "blog_post", "toModule": "blog", "fromModel": "product", "fromModule": "product"}', '2026-11-22 08:16:17.006132');
INSERT INTO public.link_module_migrations VALUES (24, 'product_product_review_review', '{"toModel": "review", "toModule": "review", "fromModel": "product", "fromModule": "product"}', '2026-11-22 08:16:17.0099');
INSERT INTO public.loyalty_account VALUES ('loy_01JGFJJZEDGKJVH2GKEFTDNN55', 1874, 'bronze', '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', NULL);
INSERT INTO public.loyalty_account VALUES ('loy_01JGFJJZP6CCJ4KJDVSRAK81QZ', 7810, 'silver', '2025-01-01 00:00:01+00', '2025-01-01 00:00:01+00', NULL);
INSERT INTO public.loyalty_account VALUES ('loy_01JGFJJZYJ4QBHJV4VTC02TFG8', 1182, 'gold', '2025-01-01 00:00:02+00', '2025-01-01 00:00:02+00', NULL);
INSERT INTO public.mikro_orm_migrations VALUES (1, 'Migration20240307161216', '2026-11-22 08:16:14.010125+00');
INSERT INTO public.mikro_orm_migrations VALUES (2, 'Migration20241210073813', '2026-11-22 08:16:14.010125+00');
INSERT INTO public.product VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'Which Summer Notes', 'which-summer-notes-2', 'mountain under over studio trouser river', 'for quiet garden and story dark why jacket summer wash slow cotton because with repair workshop garden a sandal coast steel under under warm heavy quiet wool studio detail plate detail river river cup warm jacket coat dress about jacket', false, 'published', 'images/2.jpg', 1680, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, '2025-01-01 00:00:02+00', '2025-01-01 00:00:02+00', NULL, NULL);
INSERT INTO public.product VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'A Scarf Care', 'a-scarf-care-0', 'into mountain lamp heavy and wash', 'boot modern repair because cold harbor chair about of cotton glove design steel the wool heavy oak coast why shelf wool mountain material sandal what bright scarf leather steel cup the modern for garden cold because care table harbor light', false, 'published', 'images/0.jpg', 1464, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', NULL, '{"season": 0}');
INSERT INTO public.product VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'Story Dark Chair', 'story-dark-chair-3', 'of bowl the classic dark warm', 'bright into studio river over bright winter bright leather knife garden boot shirt under workshop what hat spring wash lamp material story scarf autumn of what garden shirt bowl history sandal care material because steel walnut river table into where', false, 'published', 'images/3.jpg', 4957, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, '2025-01-01 00:00:03+00', '2025-01-01 00:00:03+00', NULL, NULL);
INSERT INTO public.product VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'Walnut From About', 'walnut-from-about-1', 'over supply ceramic review coat season', 'summer paper linen fast boot of maker walnut after season light under mountain lamp which winter detail cup workshop coat knife quiet the dark before warm scarf material over detail story coat bowl warm glass over bright why maker glass', false, 'published', 'images/1.jpg', 2376, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, '2025-01-01 00:00:01+00', '2025-01-01 00:00:01+00', NULL, NULL);
INSERT INTO public.product_option VALUES ('opt_01JGFJK07TQXZFBS8RGAE0FHR3', 'Size', NULL, '2025-01-01 00:00:01+00', '2025-01-01 00:00:01+00', NULL, true);
INSERT INTO public.product_option VALUES ('opt_01JGFJK1M4Y0FWPHZ9RBEP07GS', 'Size', NULL, '2025-01-01 00:00:03+00', '2025-01-01 00:00:03+00', NULL, true);
INSERT INTO public.product_option VALUES ('opt_01JGFJJZT0A727G2ZKPRBQWGQD', 'Size', NULL, '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', NULL, true);
INSERT INTO public.product_option VALUES ('opt_01JGFJK0YHCAH1K8H4YVXB5NF2', 'Size', NULL, '2025-01-01 00:00:02+00', '2025-01-01 00:00:02+00', NULL, true);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'bpost_01JGFRXA44WDQCW37XRDZ1KFJK', 'link_01M815E6RDF434RSG9MWMDKHZJ', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'bpost_01JGFP6XKNM8RTF07BWPXCSV61', 'link_01M815E6RE2XP5817R1WBDG2FQ', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'bpost_01JGFRXWXF60ZC4MF6Y0CHC95Q', 'link_01M815E6REJTB0B0QYNJ0HXCDX', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'bpost_01JGFPZ53JNAX9KGS71XP0F39C', 'link_01M815E6REVCSA6SQ3E4XS3NT1', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'bpost_01JGFM0ZA8B6BP3N28Y0TJ59BT', 'link_01M815E6RFM1WMC6QF3PYKFZ95', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'bpost_01JGFM2WARE5SGKV9P99BXCW3H', 'link_01M815E6RFGR7GHGFAEQXK9GMK', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'bpost_01JGFJTP1T8CASA4J651RDZ9BZ', 'link_01M815E6RFNM6VDDWFCS4ETE4S', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'bpost_01JGFTC2NWQRPWAPHTC8G09WX8', 'link_01M815E6RFWR3BADC7AN24WQZ3', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'bpost_01JGFT2B0KHTNCFBHVKGPFKVBY', 'link_01M815E6RFBV594SYM5M79KCRX', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'bpost_01JGFP7CPVG7GWKYH50MBV38BK', 'link_01M815E6RFZG58B162TQ8FHQJX', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'bpost_01JGFND97C8BRCNYTPDKF7Z4WE', 'link_01M815E6RFFA9ZM4YPXY2Z6R5G', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'bpost_01JGFJTP1T8CASA4J651RDZ9BZ', 'link_01M815E6RFNXVC55PXNBQ9DR3K', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'bpost_01JGFNQF8M99SR7T0VDG7A8WBN', 'link_01M815E6RFWGPQ03AJ8FBR52NT', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'bpost_01JGFK2ZF7YK53TP880KAQ2ZHR', 'link_01M815E6RFEZBDETS9R79VK8QF', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'bpost_01JGFRWH0H79E7QK643N1PSR98', 'link_01M815E6RFNAYW3KWTZEA20XV4', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_blog_blog_post VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'bpost_01JGFJQ1YADE0RHWZ6F7T51ADR', 'link_01M815E6RGEM0706GQFN8M8QF3', '2026-11-22 08:19:52.716318+00', '2026-11-22 08:19:52.716318+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'rev_01JGFJK7CEX4BCA32QFHHMRK6D', 'link_01M815EDPRFTG2X69NEJPQH0YP', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'rev_01JGFJM7EFAB36PVHN81S0EAJQ', 'link_01M815EDQ4SP6H147E3GHD7WN9', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'rev_01JGFJMSBPCNVCVR26EFKV65J9', 'link_01M815EDQENM0ED192R35HP1NG', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'rev_01JGFJNZKJNV92D84XYHRXYKJ9', 'link_01M815EDQY93DCF6RQHS5GX65E', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'rev_01JGFJV3GV75A06Q4X4P7SN6P5', 'link_01M815EDSB60VYQEWCXF3ZPMEE', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'rev_01JGFJV6XF252Y5C7JGG3NRBJQ', 'link_01M815EDSBEV8MHSF3KSRC1630', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'rev_01JGFJW3R2ZT255B7QYZBYTC7A', 'link_01M815EDSKJ26SXCC936F2SBZ6', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'rev_01JGFJW6CT2WHBJXYPVTB7G8PC', 'link_01M815EDSK9EP1PQB878BT3ZP9', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'rev_01JGFJWG8R4JFKZASH4A32VCME', 'link_01M815EDSM9VFBB19H8MX7TYA8', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_product_review_review VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'rev_01JGFJX3CD9S5JAS33D5Y99741', 'link_01M815EDSVHVK1EEJX1B6G1PAZ', '2026-11-22 08:19:59.827087+00', '2026-11-22 08:19:59.827087+00', NULL);
INSERT INTO public.product_sales_channel VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'sc_01JGFJJZHN0GZY8KQDZEF4C74F', 'prodsc_01JGFJJZN6CK9D6QVDY758H66Z', '2026-11-22 08:19:52.488617+00', '2026-11-22 08:19:52.488617+00', NULL);
INSERT INTO public.product_sales_channel VALUES ('prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', 'sc_01JGFJJZKJCR961DJS96NHR6QE', 'prodsc_01JGFJJZXX4A39CXXWY96E77G4', '2026-11-22 08:19:52.488617+00', '2026-11-22 08:19:52.488617+00', NULL);
INSERT INTO public.product_sales_channel VALUES ('prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', 'sc_01JGFJJZHN0GZY8KQDZEF4C74F', 'prodsc_01JGFJK02M2TDSSVHKT60CFH70', '2026-11-22 08:19:52.488617+00', '2026-11-22 08:19:52.488617+00', NULL);
INSERT INTO public.product_sales_channel VALUES ('prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', 'sc_01JGFJJZHN0GZY8KQDZEF4C74F', 'prodsc_01JGFJK0H2DPWZEJT8P22PQPGX', '2026-11-22 08:19:52.488617+00', '2026-11-22 08:19:52.488617+00', NULL);
INSERT INTO public.product_sales_channel VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'sc_01JGFJJZHN0GZY8KQDZEF4C74F', 'prodsc_01JGFJK15FJRPWQ4G7779TZS9A', '2026-11-22 08:19:52.488617+00', '2026-11-22 08:19:52.488617+00', NULL);
INSERT INTO public.product_sales_channel VALUES ('prod_01JGFJK03QPZTMG1VTHAWXEB0Y', 'sc_01JGFJJZKJCR961DJS96NHR6QE', 'prodsc_01JGFJK1Y35Y35GRAZE55TJF8Z', '2026-11-22 08:19:52.488617+00', '2026-11-22 08:19:52.488617+00', NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJJZM91E2RFF58H62PFSWA', 'S', 'SKU-0', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 3391, NULL, NULL, NULL, NULL, 0, 'prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK07Q9NGTH0W9XRDP4BQ0', 'M', 'SKU-1', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 3628, NULL, NULL, NULL, NULL, 1, 'prod_01JGFJJZMNA9HWMFBS3S6DTJ4N', '2025-01-01 00:00:00+00', '2025-01-01 00:00:00+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK07ZFVKNSJJ2BGTDEFJR', 'S', 'SKU-2', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 2967, NULL, NULL, NULL, NULL, 0, 'prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', '2025-01-01 00:00:01+00', '2025-01-01 00:00:01+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK101NBPPEZWPNYR12HVB', 'M', 'SKU-3', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 1259, NULL, NULL, NULL, NULL, 1, 'prod_01JGFJJZZ0Z1X1460YEMZ7EB1G', '2025-01-01 00:00:01+00', '2025-01-01 00:00:01+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK1F89EHJCR5YMRR1D4PR', 'S', 'SKU-4', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 4358, NULL, NULL, NULL, NULL, 0, 'prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', '2025-01-01 00:00:02+00', '2025-01-01 00:00:02+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK20RZZZJWYTAMYCK4MH8', 'M', 'SKU-5', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 2811, NULL, NULL, NULL, NULL, 1, 'prod_01JGFJK01P1YS0Z2ZG6N1RXTEY', '2025-01-01 00:00:02+00', '2025-01-01 00:00:02+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK2SJ1V2DW0N39ZG505MM', 'S', 'SKU-6', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 718, NULL, NULL, NULL, NULL, 0, 'prod_01JGFJK03QPZTMG1VTHAWXEB0Y', '2025-01-01 00:00:03+00', '2025-01-01 00:00:03+00', NULL, NULL);
INSERT INTO public.product_variant VALUES ('variant_01JGFJK3GVPS464KNJQAY3Y6CF', 'M', 'SKU-7', NULL, NULL, NULL, false, true, NULL, NULL, NULL, NULL, 3450, NULL, NULL, NULL, NULL, 1, 'prod_01JGFJK03QPZTMG1VTHAWXEB0Y', '2025-01-01 00:00:03+00', '2025-01-01 00:00:03+00', NULL, NULL);
INSERT INTO public.review VALUES ('rev_01JGFJK7CEX4BCA32QFHHMRK6D', 2, 'design which the repair shirt hat autumn linen bowl quiet bowl jacket cotton chair who jacket fast dark winter history oak cotton wool a glass fast jacket because maker chair before why boot', 'Customer 1630', '2025-01-01 00:00:16+00', '2025-01-01 00:00:16+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJWG8R4JFKZASH4A32VCME', 2, 'modern over bright glass dark bowl hat warm dark with about glove before cold table from repair winter what harbor scarf autumn cup who who ceramic coat design loud linen maker garden of river when slow sandal repair river', 'Customer 92', '2025-01-01 00:11:13+00', '2025-01-01 00:11:13+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJW6CT2WHBJXYPVTB7G8PC', 2, 'walnut slow material with slow history guide guide glass supply story paper detail trouser lamp after review design mountain which review guide notes guide knife material quiet mountain repair season about cup material guide notes notes', 'Customer 216', '2025-01-01 00:10:51+00', '2025-01-01 00:10:51+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJX3CD9S5JAS33D5Y99741', 5, 'paper dark coast before quiet modern linen detail autumn linen about heavy light notes where spring maker over into chair slow into', 'Customer 3678', '2025-01-01 00:11:55+00', '2025-01-01 00:11:55+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJW3R2ZT255B7QYZBYTC7A', 2, 'spring and guide why hat chair before scarf jacket garden dress sandal dress history care', 'Customer 2888', '2025-01-01 00:10:47+00', '2025-01-01 00:10:47+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJM7EFAB36PVHN81S0EAJQ', 3, 'under with over walnut lamp classic river linen which cotton wash of knife glove summer heavy walnut story river simple light table coat mountain dark simple ceramic quiet oak modern which', 'Customer 3727', '2025-01-01 00:01:29+00', '2025-01-01 00:01:29+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJV6XF252Y5C7JGG3NRBJQ', 5, 'care mountain table paper dark knife fast sandal workshop modern dress knife classic a bright modern wool bowl supply history glass story river slow detail bright spring steel trouser hat simple who who notes cold hat bright simple design', 'Customer 3390', '2025-01-01 00:09:40+00', '2025-01-01 00:09:40+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJMSBPCNVCVR26EFKV65J9', 3, 'cotton cold story coast modern because when cotton and how maker where fast which under', 'Customer 2548', '2025-01-01 00:02:10+00', '2025-01-01 00:02:10+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJV3GV75A06Q4X4P7SN6P5', 3, 'with review which from which design table river where table bowl sandal of ceramic detail heavy', 'Customer 4830', '2025-01-01 00:09:30+00', '2025-01-01 00:09:30+00', NULL);
INSERT INTO public.review VALUES ('rev_01JGFJNZKJNV92D84XYHRXYKJ9', 2, 'care heavy loud river coat for quiet leather guide story wool review when material simple chair into design spring supply table sandal heavy loud table studio cotton knife mountain under shirt lamp wash shirt', 'Customer 4027', '2025-01-01 00:03:28+00', '2025-01-01 00:03:28+00', NULL);
INSERT INTO public.sales_channel VALUES ('sc_01M8158DPZG0TDREXNQP9KMC6E', 'Default Sales Channel', 'Created by Medusa', false, NULL, '2026-11-22 08:16:43.231+00', '2026-11-22 08:16:43.231+00', NULL);
INSERT INTO public.sales_channel VALUES ('sc_01JGFJJZHN0GZY8KQDZEF4C74F', 'Web', NULL, false, NULL, '2026-11-22 08:19:48.217149+00', '2026-11-22 08:19:48.217149+00', NULL);
INSERT INTO public.sales_channel VALUES ('sc_01JGFJJZKJCR961DJS96NHR6QE', 'Shop', NULL, false, NULL, '2026-11-22 08:19:48.217149+00', '2026-11-22 08:19:48.217149+00', NULL);
INSERT INTO public.sales_channel VALUES ('sc_01JGFJK098Z7R4AD74QJ481KV7', 'Partners', NULL, false, NULL, '2026-11-22 08:19:48.217149+00', '2026-11-22 08:19:48.217149+00', NULL);
SELECT pg_catalog.setval('public.link_module_migrations_id_seq', 1, false);
SELECT pg_catalog.setval('public.mikro_orm_migrations_id_seq', 1, false);
ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.blog_post
    ADD CONSTRAINT blog_post_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cart_address
    ADD CONSTRAINT cart_address_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cart_line_item
    ADD CONSTRAINT cart_line_item_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.cart
    ADD CONSTRAINT cart_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customer_address
    ADD CONSTRAINT customer_address_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customer_blog_read
    ADD CONSTRAINT customer_blog_read_pkey PRIMARY KEY (customer_id, blog_post_id);
ALTER TABLE ONLY public.customer_customer_loyalty_loyalty_account
    ADD CONSTRAINT customer_customer_loyalty_loyalty_account_pkey PRIMARY KEY (customer_id, loyalty_account_id);
ALTER TABLE ONLY public.customer_group_customer
    ADD CONSTRAINT customer_group_customer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customer_group
    ADD CONSTRAINT customer_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.link_module_migrations
    ADD CONSTRAINT link_module_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.link_module_migrations
    ADD CONSTRAINT link_module_migrations_table_name_key UNIQUE (table_name);
ALTER TABLE ONLY public.loyalty_account
    ADD CONSTRAINT loyalty_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mikro_orm_migrations
    ADD CONSTRAINT mikro_orm_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.order_cart
    ADD CONSTRAINT order_cart_pkey PRIMARY KEY (order_id, cart_id);
ALTER TABLE ONLY public.price_set
    ADD CONSTRAINT price_set_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_category
    ADD CONSTRAINT product_category_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_category_product
    ADD CONSTRAINT product_category_product_pkey PRIMARY KEY (product_id, product_category_id);
ALTER TABLE ONLY public.product_collection
    ADD CONSTRAINT product_collection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_option
    ADD CONSTRAINT product_option_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_option_value
    ADD CONSTRAINT product_option_value_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_product_blog_blog_post
    ADD CONSTRAINT product_product_blog_blog_post_pkey PRIMARY KEY (product_id, blog_post_id);
ALTER TABLE ONLY public.product_product_review_review
    ADD CONSTRAINT product_product_review_review_pkey PRIMARY KEY (product_id, review_id);
ALTER TABLE ONLY public.product_sales_channel
    ADD CONSTRAINT product_sales_channel_pkey PRIMARY KEY (product_id, sales_channel_id);
ALTER TABLE ONLY public.product_tag
    ADD CONSTRAINT product_tag_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_tags
    ADD CONSTRAINT product_tags_pkey PRIMARY KEY (product_id, product_tag_id);
ALTER TABLE ONLY public.product_type
    ADD CONSTRAINT product_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_variant_option
    ADD CONSTRAINT product_variant_option_pkey PRIMARY KEY (variant_id, option_value_id);
ALTER TABLE ONLY public.product_variant
    ADD CONSTRAINT product_variant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.product_variant_price_set
    ADD CONSTRAINT product_variant_price_set_pkey PRIMARY KEY (variant_id, price_set_id);
ALTER TABLE ONLY public.publishable_api_key_sales_channel
    ADD CONSTRAINT publishable_api_key_sales_channel_pkey PRIMARY KEY (publishable_key_id, sales_channel_id);
ALTER TABLE ONLY public.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sales_channel
    ADD CONSTRAINT sales_channel_pkey PRIMARY KEY (id);
CREATE INDEX "IDX_api_key_deleted_at" ON public.api_key USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_api_key_redacted" ON public.api_key USING btree (redacted) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_api_key_revoked_at" ON public.api_key USING btree (revoked_at) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_api_key_token_unique" ON public.api_key USING btree (token);
CREATE INDEX "IDX_api_key_type" ON public.api_key USING btree (type);
CREATE INDEX "IDX_blog_post_deleted_at" ON public.blog_post USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_blog_post_id_2d24a1191" ON public.product_product_blog_blog_post USING btree (blog_post_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_blog_post_id_51b51a95" ON public.customer_blog_read USING btree (blog_post_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_cart_address_deleted_at" ON public.cart_address USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX "IDX_cart_billing_address_id" ON public.cart USING btree (billing_address_id) WHERE ((deleted_at IS NULL) AND (billing_address_id IS NOT NULL));
CREATE INDEX "IDX_cart_currency_code" ON public.cart USING btree (currency_code);
CREATE INDEX "IDX_cart_customer_id" ON public.cart USING btree (customer_id) WHERE ((deleted_at IS NULL) AND (customer_id IS NOT NULL));
CREATE INDEX "IDX_cart_deleted_at" ON public.cart USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX "IDX_cart_id_-71069c16" ON public.order_cart USING btree (cart_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_cart_line_item_cart_id" ON public.cart_line_item USING btree (cart_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_cart_line_item_deleted_at" ON public.cart_line_item USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX "IDX_cart_region_id" ON public.cart USING btree (region_id) WHERE ((deleted_at IS NULL) AND (region_id IS NOT NULL));
CREATE INDEX "IDX_cart_sales_channel_id" ON public.cart USING btree (sales_channel_id) WHERE ((deleted_at IS NULL) AND (sales_channel_id IS NOT NULL));
CREATE INDEX "IDX_cart_shipping_address_id" ON public.cart USING btree (shipping_address_id) WHERE ((deleted_at IS NULL) AND (shipping_address_id IS NOT NULL));
CREATE UNIQUE INDEX "IDX_category_handle_unique" ON public.product_category USING btree (handle) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_collection_handle_unique" ON public.product_collection USING btree (handle) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_customer_address_customer_id" ON public.customer_address USING btree (customer_id);
CREATE INDEX "IDX_customer_address_deleted_at" ON public.customer_address USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_customer_address_unique_customer_billing" ON public.customer_address USING btree (customer_id) WHERE (is_default_billing = true);
CREATE UNIQUE INDEX "IDX_customer_address_unique_customer_shipping" ON public.customer_address USING btree (customer_id) WHERE (is_default_shipping = true);
CREATE INDEX "IDX_customer_deleted_at" ON public.customer USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_customer_email_has_account_unique" ON public.customer USING btree (email, has_account) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_customer_group_customer_customer_group_id" ON public.customer_group_customer USING btree (customer_group_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_customer_group_customer_customer_id" ON public.customer_group_customer USING btree (customer_id);
CREATE INDEX "IDX_customer_group_customer_deleted_at" ON public.customer_group_customer USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_customer_group_deleted_at" ON public.customer_group USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_customer_group_name_unique" ON public.customer_group USING btree (name) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_customer_id_-1bcfc1d92" ON public.customer_customer_loyalty_loyalty_account USING btree (customer_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_customer_id_51b51a95" ON public.customer_blog_read USING btree (customer_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_deleted_at_-1bcfc1d92" ON public.customer_customer_loyalty_loyalty_account USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_-1d67bae40" ON public.publishable_api_key_sales_channel USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_-71069c16" ON public.order_cart USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_20b454295" ON public.product_sales_channel USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_2d24a1191" ON public.product_product_blog_blog_post USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_47f8d028" ON public.product_product_review_review USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_51b51a95" ON public.customer_blog_read USING btree (deleted_at);
CREATE INDEX "IDX_deleted_at_52b23597" ON public.product_variant_price_set USING btree (deleted_at);
CREATE INDEX "IDX_id_-1bcfc1d92" ON public.customer_customer_loyalty_loyalty_account USING btree (id);
CREATE INDEX "IDX_id_-1d67bae40" ON public.publishable_api_key_sales_channel USING btree (id);
CREATE INDEX "IDX_id_-71069c16" ON public.order_cart USING btree (id);
CREATE INDEX "IDX_id_20b454295" ON public.product_sales_channel USING btree (id);
CREATE INDEX "IDX_id_2d24a1191" ON public.product_product_blog_blog_post USING btree (id);
CREATE INDEX "IDX_id_47f8d028" ON public.product_product_review_review USING btree (id);
CREATE INDEX "IDX_id_51b51a95" ON public.customer_blog_read USING btree (id);
CREATE INDEX "IDX_id_52b23597" ON public.product_variant_price_set USING btree (id);
CREATE INDEX "IDX_line_item_product_id" ON public.cart_line_item USING btree (product_id) WHERE ((deleted_at IS NULL) AND (product_id IS NOT NULL));
CREATE INDEX "IDX_line_item_variant_id" ON public.cart_line_item USING btree (variant_id) WHERE ((deleted_at IS NULL) AND (variant_id IS NOT NULL));
CREATE INDEX "IDX_loyalty_account_deleted_at" ON public.loyalty_account USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_loyalty_account_id_-1bcfc1d92" ON public.customer_customer_loyalty_loyalty_account USING btree (loyalty_account_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_option_value_option_id_unique" ON public.product_option_value USING btree (option_id, value) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_order_id_-71069c16" ON public.order_cart USING btree (order_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_price_set_deleted_at" ON public.price_set USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);
CREATE INDEX "IDX_price_set_id_52b23597" ON public.product_variant_price_set USING btree (price_set_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_category_parent_category_id" ON public.product_category USING btree (parent_category_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_category_path" ON public.product_category USING btree (mpath) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_collection_deleted_at" ON public.product_collection USING btree (deleted_at);
CREATE INDEX "IDX_product_collection_id" ON public.product USING btree (collection_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_deleted_at" ON public.product USING btree (deleted_at);
CREATE UNIQUE INDEX "IDX_product_handle_unique" ON public.product USING btree (handle) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_id_20b454295" ON public.product_sales_channel USING btree (product_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_id_2d24a1191" ON public.product_product_blog_blog_post USING btree (product_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_id_47f8d028" ON public.product_product_review_review USING btree (product_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_option_deleted_at" ON public.product_option USING btree (deleted_at);
CREATE UNIQUE INDEX "IDX_product_option_global_title_unique" ON public.product_option USING btree (title) WHERE ((deleted_at IS NULL) AND (is_exclusive = false));
CREATE INDEX "IDX_product_option_value_deleted_at" ON public.product_option_value USING btree (deleted_at);
CREATE INDEX "IDX_product_option_value_option_id" ON public.product_option_value USING btree (option_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_status" ON public.product USING btree (status) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_tag_deleted_at" ON public.product_tag USING btree (deleted_at);
CREATE INDEX "IDX_product_type_deleted_at" ON public.product_type USING btree (deleted_at);
CREATE INDEX "IDX_product_type_id" ON public.product USING btree (type_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_product_variant_barcode_unique" ON public.product_variant USING btree (barcode) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_variant_deleted_at" ON public.product_variant USING btree (deleted_at);
CREATE UNIQUE INDEX "IDX_product_variant_ean_unique" ON public.product_variant USING btree (ean) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_variant_id_product_id" ON public.product_variant USING btree (id, product_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_product_variant_product_id" ON public.product_variant USING btree (product_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_product_variant_sku_unique" ON public.product_variant USING btree (sku) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_product_variant_upc_unique" ON public.product_variant USING btree (upc) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_publishable_key_id_-1d67bae40" ON public.publishable_api_key_sales_channel USING btree (publishable_key_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_review_deleted_at" ON public.review USING btree (deleted_at) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_review_id_47f8d028" ON public.product_product_review_review USING btree (review_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_sales_channel_deleted_at" ON public.sales_channel USING btree (deleted_at);
CREATE INDEX "IDX_sales_channel_id_-1d67bae40" ON public.publishable_api_key_sales_channel USING btree (sales_channel_id) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_sales_channel_id_20b454295" ON public.product_sales_channel USING btree (sales_channel_id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_tag_value_unique" ON public.product_tag USING btree (value) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX "IDX_type_value_unique" ON public.product_type USING btree (value) WHERE (deleted_at IS NULL);
CREATE INDEX "IDX_variant_id_52b23597" ON public.product_variant_price_set USING btree (variant_id) WHERE (deleted_at IS NULL);
ALTER TABLE ONLY public.cart
    ADD CONSTRAINT cart_billing_address_id_foreign FOREIGN KEY (billing_address_id) REFERENCES public.cart_address(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.cart_line_item
    ADD CONSTRAINT cart_line_item_cart_id_foreign FOREIGN KEY (cart_id) REFERENCES public.cart(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.cart
    ADD CONSTRAINT cart_shipping_address_id_foreign FOREIGN KEY (shipping_address_id) REFERENCES public.cart_address(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.customer_address
    ADD CONSTRAINT customer_address_customer_id_foreign FOREIGN KEY (customer_id) REFERENCES public.customer(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.customer_group_customer
    ADD CONSTRAINT customer_group_customer_customer_group_id_foreign FOREIGN KEY (customer_group_id) REFERENCES public.customer_group(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.customer_group_customer
    ADD CONSTRAINT customer_group_customer_customer_id_foreign FOREIGN KEY (customer_id) REFERENCES public.customer(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_category
    ADD CONSTRAINT product_category_parent_category_id_foreign FOREIGN KEY (parent_category_id) REFERENCES public.product_category(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_category_product
    ADD CONSTRAINT product_category_product_product_category_id_foreign FOREIGN KEY (product_category_id) REFERENCES public.product_category(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_category_product
    ADD CONSTRAINT product_category_product_product_id_foreign FOREIGN KEY (product_id) REFERENCES public.product(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_collection_id_foreign FOREIGN KEY (collection_id) REFERENCES public.product_collection(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.product_option_value
    ADD CONSTRAINT product_option_value_option_id_foreign FOREIGN KEY (option_id) REFERENCES public.product_option(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_tags
    ADD CONSTRAINT product_tags_product_id_foreign FOREIGN KEY (product_id) REFERENCES public.product(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_tags
    ADD CONSTRAINT product_tags_product_tag_id_foreign FOREIGN KEY (product_tag_id) REFERENCES public.product_tag(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_type_id_foreign FOREIGN KEY (type_id) REFERENCES public.product_type(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.product_variant_option
    ADD CONSTRAINT product_variant_option_option_value_id_foreign FOREIGN KEY (option_value_id) REFERENCES public.product_option_value(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_variant_option
    ADD CONSTRAINT product_variant_option_variant_id_foreign FOREIGN KEY (variant_id) REFERENCES public.product_variant(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.product_variant
    ADD CONSTRAINT product_variant_product_id_foreign FOREIGN KEY (product_id) REFERENCES public.product(id) ON UPDATE CASCADE ON DELETE CASCADE;
