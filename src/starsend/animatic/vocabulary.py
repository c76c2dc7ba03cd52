"""The words that the painter understands, and what each stands for. Order matters: the first that is found wins."""

from __future__ import annotations

from typing import Final

Words = tuple[tuple[str, str], ...]

TIME: Final[Words] = (
    (r"neon|cyber", "neon"),
    (r"candle|firelight|cosy|cozy|tungsten|lamplight", "warm"),
    (r"blue hour|twilight", "blue"),
    (r"night|midnight|moon\w*|after dark", "night"),
    (r"dusk|sunset|evening|golden hour|magic hour|late afternoon", "dusk"),
    (r"dawn|sunrise|morning|daybreak", "dawn"),
    (r"storm\w*|gloom\w*", "storm"),
    (r"day\w*|noon|midday|sunny|sunlit|afternoon|bright", "day"),
)
GREY_DAY: Final = r"overcast|grey sky|gray sky|bleak|\brain\w*|drizzle|downpour|storm"
LAMPS_LIT: Final = r"head ?lights?|head ?lamps?|street ?lights?|street ?lamps?|lantern|torch|neon"
PLACE: Final[Words] = (
    (r"diner|booth|caf[eé]|restaurant|\bbar\b|\bpub\b|saloon|tavern|coffee shop", "diner"),
    (
        r"interior|\bint\b|room|kitchen|office|bedroom|hall|corridor|cabin|apartment|lounge|library"
        r"|police station|indoors|at (a|the|his|her)"
        r" (table|desk)|inside (a|the) (house|flat|shop|store)",
        "room",
    ),
    (r"highway|motorway|freeway|roadside|\broad\b|asphalt|interstate|lane\b|lay-?by", "road"),
    (
        r"street(?! ?(light|lamp))|city|alley|rooftop|skyline|downtown|crossing|avenue|town|sidewalk|pavement|market",
        "street",
    ),
    (r"\bsea\b|ocean|harbou?r|coast\w*|cliff|headland|beach|island|lighthouse|shore|pier|lake", "coast"),
    (r"forest|woods?\b|jungle|\btrees\b|pines?\b|grove", "forest"),
    (r"desert|dunes?|\bsand\w*|mesa|canyon|badlands", "desert"),
    (r"mountain\w*|peaks?\b|alps|\bsnow\w*|valley|ridge|glacier|hills?\b", "mountain"),
    (r"field|meadow|plains?\b|farm\w*|prairie|countryside|grass\w*|landscape|platform|railway|track", "field"),
    (r"\bcar\b|\btruck\b|pickup|\bvan\b|\bdriv\w+", "road"),
)
DINERS: Final[Words] = ((r"\b(bar|pub|saloon|tavern|cocktail)\b", "bar"), (r"diner|booth|caf|restaurant", "diner"))
ROOMS: Final[Words] = (
    (r"kitchen", "kitchen"),
    (r"bed ?room|\bbed\b|motel|hotel room", "bedroom"),
    (r"office|\bdesk\b|police station|precinct|study\b", "office"),
    (r"corridor|hall\w*|passage", "corridor"),
    (r"living|lounge|sofa|couch|parlou?r|sitting room|apartment|library", "living"),
    (r"room|interior", "kitchen"),
)
SIZE: Final[Words] = (
    (r"extreme wide|very wide|establishing|\bEWS\b|\bELS\b|aerial|drone|bird'?s[- ]eye", "EWS"),
    (r"extreme close|\bECU\b|\bXCU\b|macro", "ECU"),
    (r"medium close|\bMCU\b", "MCU"),
    (r"insert|detail\b|cutaway", "INS"),
    (r"over[- ]the[- ]shoulder|over (his|her|their|the \w+'s?) shoulder|\bOTS\b", "OTS"),
    (r"close[- ]?up|\bCU\b|tight on|on (his|her|their) face", "CU"),
    (r"medium wide|\bMWS\b|medium long|\bMLS\b|full shot|full[- ]length|\bFS\b|cowboy|head to toe", "FS"),
    (r"medium|\bMS\b|waist|two[- ]shot|mid[- ]shot", "MS"),
    (r"\bwide\b|\bWS\b|\bLS\b|long shot", "WS"),
)
MOVE: Final[Words] = (
    (r"static|locked[- ]off|fixed camera|no camera movement", "static"),
    (r"push(es|ing)?[- ]?in|doll(y|ies) in|track(s|ing)? in|zoom(s|ing)? in|creep(s|ing)? in|moves? closer", "push in"),
    (r"pull(s|ing)?[- ]?(back|out)|doll(y|ies) (out|back)|zoom(s|ing)? out|moves? away", "pull back"),
    (r"(pan|whip)(s|ning)? (to the )?right", "pan right"),
    (r"pan(s|ning)?( to the)?( left)?\b|whip", "pan left"),
    (r"(tilt|crane|boom|pedestal)(s|ing)? up|cranes? (over|above)|rises?\b", "tilt up"),
    (r"(tilt|crane|boom|pedestal)(s|ing)? down|descends?", "tilt down"),
    (r"handheld|hand-held|shaky|jittery", "handheld"),
    (r"orbit\w*|\barc(s|ing)?\b|circl\w+", "arc"),
    (r"track(s|ing)? left|truck(s|ing)? left|lateral(ly)? left|slides? left", "track left"),
    (r"tracking|track(s|ing)? (right|with|along)|trucking|lateral\w*|dolly|slides?|follow(s|ing)\b", "track right"),
)
ANGLE: Final[Words] = (
    (r"aerial|drone|bird'?s[- ]eye|top[- ]down|overhead", "aerial"),
    (r"low[- ]angle|looking up at|from below|worm'?s[- ]eye|from the ground", "low"),
    (r"high[- ]angle|from above|looking down", "high"),
    (r"dutch|canted", "dutch"),
)
FACING: Final[Words] = (
    (
        r"from behind|back to (us|camera)|(walk|run)(s|ning|ing)? away|from the back|retreat\w*",
        "back",
    ),
    (r"look(s|ing)? (out|away|over (her|his|their) shoulder|into the distance|up|at the (sea|horizon|view))", "away"),
    (r"profile|side view|from the side", "profile"),
    (r"towards? (us|camera|the camera)|faces? (us|camera)|looks? (at|into) (us|camera)|head[- ]on|frontal", "front"),
)
POSE: Final[Words] = (
    (r"\bhugs?\b|hugging|embrac\w+|kiss\w*", "hug"),
    (r"fac(e|es|ing) each other|face to face|argu\w+|confront\w*|talk(s|ing)? to each other", "face"),
    (r"looks? back|over (her|his|their) shoulder(?! shot)|glances? back", "look back"),
    (r"on the phone|phone (to|at) (her|his) ear|answers? the phone|makes a call|phones\b", "phone"),
    (r"\bsits?\b|sitting|seated|at (a|the|his|her) (table|desk|counter)|booth|behind the wheel", "sit"),
    (
        r"one arm raised|arms? up|raises? (an|her|his|one) (arm|hand)|waves?\b|waving|hitch\w*"
        r"|flags? (down|him|her)|hails?\b",
        "raise",
    ),
    (r"points?\b|pointing|reaches|reaching|aims?\b", "point"),
    (r"\bruns?\b|running|sprints?|chas\w+|flee\w*", "run"),
    (r"walk\w*|strolls?|cross(es|ing)|climbs?|approach\w*|strides?|steps", "walk"),
    (r"phone|texting|looks at (her|his|the) (hand|screen)|reads?\b|reading|holds?\b|holding|lifts?", "hold"),
    (
        r"with (a|his|her) (\w+ )?(gun|pistol|revolver|letter|lantern|torch|cup|mug|photo\w*|map|book|drink|glass)",
        "hold",
    ),
)
VEHICLE_WORDS: Final = r"\w+[ -](?:\w+ )?(?:car|van|truck|pickup|bus|taxi|cab|sedan|lorry|convertible)\b"
IN_VEHICLE: Final = (
    r"(inside|from|in|through) (the |a |his |her )?(\w+ )?(truck|car|pickup|van|windscreen|windshield)\b"
    r"|behind the wheel|back ?seat|passenger seat",
    r"inside|wheel|seat|windscreen|windshield|\bOTS\b|over-the-shoulder",
)
EFFECTS: Final[Words] = (
    (r"\brain\w*|downpour|drizzle|storm\w*", "rain"),
    (r"\bsnow(s|ing|fall|storm|flakes)?\b|blizzard", "snow"),
    (r"\bsnow\w*|blizzard|winter|glacier|\bice\b|icy", "white"),
    (r"fog\w*|mist\w*|haze|hazy|smoke|smoky|dust\w*|steam", "fog"),
    (r"\bwet\b|rain\w*|puddles?|slick|reflections?|neon|storm|downpour", "wet"),
    (r"sun ?rays|god ?rays|light shafts|shafts of|dawn|backlit|beams? of", "rays"),
    (r"(?<!dead )(?<!broken )\bhead ?(light|lamp)s?\b", "headlights"),
    (r"street ?(lamp|light)s?|lamp ?posts?|under a lamp", "lamplight"),
    (r"desert|dunes?\b|mesa|canyon|badlands", "arid"),
    (r"one (dead )?head(light|lamp)|one headlight", "one lamp"),
)
THINGS: Final[Words] = (
    (r"\bphone|smartphone|cell ?phone|mobile\b", "phone"),
    (r"pick-?up", "pickup"),
    (r"\b(semi|lorry|rig|tanker|articulated|18-wheeler)\b|semi-?truck|trucks?\b(?! (left|right|in|out|shot))", "truck"),
    (r"\bvan\b|minibus|ambulance", "van"),
    (r"\bbus\b", "bus"),
    (r"\bcars?\b|sedan|taxi|\bcab\b|coupe|police cruiser|vehicle|convertible|station wagon|driver", "car"),
    (r"lighthouse", "lighthouse"),
    (r"photo\b|photograph|polaroid|snapshot|portrait", "photo"),
    (r"letter|envelope|note\b|\bmap\b|newspaper|book\b|ticket|contract", "paper"),
    (r"\bcup\b|\bmug\b|coffee|\btea\b|glass of", "cup"),
    (r"\bkeys?\b", "key"),
    (r"\bgun\b|pistol|revolver", "gun"),
    (r"\bwatch\b|clock", "watch"),
    (r"lantern|torch|flashlight", "lantern"),
)
PEOPLE: Final[str] = (
    r"\b(wom[ae]n|m[ae]n|girls?|boys?|person|people|figures?|strangers?|couple|child(ren)?|he|she"
    r"|they|him|her|his|driver"
    r"|hero(ine)?|detective|officer|cop|soldiers?|keeper|nurse|doctor|kids?|lady|guy|hiker"
    r"|traveller|waitress|waiter|someone"
    r"|crowd|lovers|friends|brothers?|sisters?|mother|father|pedestrians?|walkers?|silhouettes?|runner|face|hands?)\b"
)
COLOURS: Final[dict[str, tuple[float, float, float]]] = {
    "crimson": (0.62, 0.08, 0.12), "red": (0.74, 0.13, 0.11), "orange": (0.88, 0.45, 0.12), "yellow": (0.90, 0.70,
        0.18),
    "mustard": (0.74, 0.56, 0.16), "gold": (0.80, 0.62, 0.25), "olive": (0.38, 0.40, 0.20), "green": (0.20, 0.45, 0.26),
    "teal": (0.12, 0.45, 0.46), "turquoise": (0.20, 0.62, 0.62), "navy": (0.11, 0.16, 0.32), "blue": (0.18, 0.34, 0.60),
    "purple": (0.40, 0.20, 0.50), "violet": (0.45, 0.28, 0.60), "pink": (0.86, 0.50, 0.58), "brown": (0.38, 0.25, 0.16),
    "tan": (0.70, 0.56, 0.40), "beige": (0.76, 0.68, 0.54), "cream": (0.88, 0.83, 0.70), "white": (0.88, 0.87, 0.84),
    "silver": (0.68, 0.70, 0.72), "grey": (0.46, 0.47, 0.48), "gray": (0.46, 0.47, 0.48), "black": (0.10, 0.10, 0.12),
}  # fmt: skip
