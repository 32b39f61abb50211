"""Faults to plant in the tiny course: what it shows, the file, a text in it, what replaces it,
the place where the fault is then named, and words of the sentence.
"""

from pathlib import Path

TREE = Path(__file__).parent.parent / "course"
COURSE, MODULE, LESSON, QUIZ = (
    "course.yaml",
    "m1/module.yaml",
    "m1/l1/lesson.yaml",
    "m1/l1/quiz.yaml",
)
LONG = "tea " * 500
QUIZ_2 = "items:" + (TREE / "tiny/m1/l2/quiz.yaml").read_text("utf-8").partition("items:")[2]
ITEM = "  - id: m1-l1-q1\n    objective: m1-l1-o1\n"
FAULTS = {
    # what YAML reads otherwise
    "yes is not taken for a text": (
        QUIZ, "text: Let it steep for longer", "text: yes",
        "11:15", '`yes` is read by YAML as true or false: write true, or "yes" in quotes'),
    "yes is not taken for true": (
        QUIZ, "correct: true", "correct: Yes", "16:18", "write true"),
    "off is not taken for a text": (
        QUIZ, "text: Boil the water again", "text: off", "19:15", '"off" in quotes'),
    "y is not taken for a text": (
        QUIZ, "text: Boil the water again", "text: y", "19:15", '"y" in quotes'),
    "a time of day is not taken for a number": (
        LESSON, "minutes: 3", "minutes: 1:30",
        "4:10", "`1:30` is read by YAML as a number counted in sixties: put it in quotes"),
    "a number with a zero in front is not guessed at": (
        LESSON, "minutes: 3", "minutes: 010", "4:10", "`010` has a zero in front"),
    "a date is not taken for a text": (
        LESSON, "title: A good cup", "title: 2024-01-01", "2:8", "is read by YAML as a date"),
    "a number with an exponent is not guessed at": (
        LESSON, "minutes: 3", "minutes: 1e3", "4:10", "a number to some readers of YAML and text"),
    "a number with underscores is not guessed at": (
        LESSON, "minutes: 3", "minutes: 1_0", "4:10", "without its _"),
    "null is no text": (
        LESSON, "title: A good cup", "title: null", "2:8", "`null` means nothing at all"),
    "a tilde is no text": (
        QUIZ, "source: okakura", "source: ~", "7:13", "`~` means nothing at all"),
    "a key without its value is named": (
        LESSON, "title: A good cup", "title:", "2:7", "nothing is written here: write the value"),
    "a tab in the indentation is named": (
        LESSON, "  - title: Water", "\t- title: Water", "18:1", "replace it with spaces"),
    "a key that is written twice is named with both places": (
        QUIZ, "    difficulty: 1\n    source", "    difficulty: 1\n    difficulty: 2\n    source",
        "7:5", "`difficulty` is written twice, first on line 6: keep one of the two"),
    "a key that is no word is named": (
        COURSE, "language: en", "language: en\non: en", "6:1", "`on` cannot be a key"),
    "an anchor is to be written out": (
        LESSON, "question: Why", "question: &why Why", "3:11", "`&why`"),
    "an alias is to be written out": (
        LESSON, "title: Water", "title: *water",
        "18:12", "`*water` repeats another place: write it"),
    "text that begins with a star is to be put in quotes": (
        LESSON, "title: Water", "title: *Hot* water", "18:12", "begins with * in quotes"),
    "a merge key is to be written out": (
        QUIZ, ITEM, ITEM + "    <<: {difficulty: 1}\n", "6:5", "`<<` takes over keys"),
    "a tag is refused": (
        LESSON, "title: Water", "title: !water Water", "18:12", "`!water` is a YAML tag"),
    "a tag that would run code is refused": (
        LESSON, "title: Water", "title: !!python/object/apply:os.abort []",
        "18:12", "`!!python/object/apply:os.abort` is a YAML tag"),
    # what YAML cannot read
    "a colon inside a text is explained": (
        LESSON, "title: A good cup", "title: A good cup: of tea",
        "2:18", "a colon with a space after it starts a new key: put the whole text in quotes"),
    "a quote that is never closed is named where it opens": (
        LESSON, "title: A good cup", 'title: "A good cup', "2:8", "never closed"),
    "an apostrophe in single quotes is explained": (
        LESSON, "title: A good cup", "title: 'It's a good cup'", "2:12", "write '' for an apostr"),
    "text that begins with a bracket is explained": (
        LESSON, "title: A good cup", "title: [A good](cup)",
        "2:16", "put the whole text in quotes"),
    "text that begins with a backtick is explained": (
        LESSON, "title: A good cup", "title: `A` good cup",
        "2:8", "text cannot begin with a backtick"),
    "a line that does not line up is named": (
        LESSON, "    definition: What", "      definition: What",
        "37:17", "line it up with the keys"),
    "a second document in a file is named": (
        MODULE, "title: Tea", "---\ntitle: Tea", "2:1", "a second document begins here"),
    # what does not fit
    "a missing key is named at its item": (
        QUIZ, "    difficulty: 2\n", "", "43:5", "`difficulty` is missing: write 1, 2 or 3"),
    "missing feedback is named at its option": (
        QUIZ, "        feedback: Cooler water leaves most of the tannin in the leaf.\n", "",
        "14:9", "`feedback` is missing: say why this option is right or wrong"),
    "missing alt text is named at its figure": (
        LESSON, "      alt: A white cup of dark tea on a saucer, seen from the side, with steam "
        "above it.\n", "", "16:7", "`alt` is missing: say in words what the picture shows"),
    "a misspelt key is named once, with the right one": (
        QUIZ, "feedback: Cooler", "feedbak: Cooler",
        "17:9", "`feedbak` is not known here: did you mean `feedback`?"),
    "an unknown key comes with the known ones": (
        COURSE, "language: en", "language: en\ncolour: brown",
        "6:1", "remove it (known are id, ti"),
    "a number where text is wanted is to be quoted": (
        LESSON, "title: A good cup", "title: 1984",
        "2:8", 'a number is written here where text is expected: put it in quotes: "1984"'),
    "true where text is wanted is to be quoted": (
        QUIZ, "text: Boil the water again", "text: true", "19:15", 'put it in quotes: "true"'),
    "a list where text is wanted is explained": (
        LESSON, "title: A good cup", "title: [A good cup]",
        "2:8", "a list is written here where te"),
    "keys where text is wanted are explained": (
        LESSON, "title: A good cup", "title: {good: cup}",
        "2:8", "put text with a colon in quotes"),
    "text where a number is wanted is to lose its quotes": (
        LESSON, "minutes: 3", 'minutes: "3"', "4:10", "write 3 without quotes"),
    "half a minute is no number of minutes": (
        LESSON, "minutes: 3", "minutes: 2.5", "4:10", "where a whole number is expected"),
    "a number that is too large comes with the largest": (
        LESSON, "minutes: 3", "minutes: 300", "4:10", "`minutes` is 300: the most is 120"),
    "text where true or false is wanted is named": (
        QUIZ, "correct: true", 'correct: "true"', "16:18", "write true or false, without quotes"),
    "text where a list is wanted is explained": (
        LESSON, "sources: [okakura]", "sources: okakura", "40:10", "a line of its own that begins"),
    "a list where keys are wanted is explained": (
        LESSON, "callout:\n      kind: insight\n      title: Two knobs\n      text: Heat",
        "callout:\n      - Heat",
        "28:7", "a list is written here where a group of keys is expected"),
    "an id with capitals comes with a good one": (
        LESSON, "id: m1-l1-o2", "id: M1_L1 o2", "8:9", "use small letters, digits and single hyph"),
    "an unknown kind of callout comes with the known ones": (
        LESSON, "kind: insight", "kind: warning", "28:13", "write insight or caution or note"),
    "a colour that is none comes with one": (
        COURSE, "language: en", "language: en\naccent: brown",
        "6:9", '`brown` is no colour: write # and six digits from 0 to F, such as "#5865F2"'),
    "a colour has six digits": (
        COURSE, "language: en", 'language: en\naccent: "#58F"', "6:9", "`#58F` is no colour"),
    "a colour without quotes is a remark": (
        COURSE, "language: en", "language: en\naccent: #5865F2",
        "6:8", "nothing is written here: write the value, in quotes if it begins with #"),
    "a misspelt choice comes with the right one": (
        COURSE, "order: in-order", "order: inorder", "6:8", "did you mean `in-order`?"),
    "an empty text is named": (
        LESSON, "title: A good cup", 'title: "  "', "2:8", "`title` is empty: write its text"),
    "a title that is too long is named with both lengths": (
        LESSON, "title: A good cup", "title: A good" + 10 * " cup of tea",
        "2:8", "`title` has 116 characters; at most 60 fit"),
    "a question on two lines is named": (
        LESSON, "question: Why does the same", "question: |\n  Why\n  does the same",
        "3:11", "`question` has more than one line"),
    "a quiz without an item is named": (
        "m1/l2/quiz.yaml", QUIZ_2, "items: []\n", "3:8", "`items` has no entry; the least is 1"),
    # ids
    "an id that is used twice is named with both places": (
        QUIZ, "id: m1-l1-q3", "id: m1-l1-q1",
        "43:9", "the id `m1-l1-q1` is taken by the item on line 4: give one of the two another"),
    "an id that another file uses is named with that file": (
        QUIZ, "id: m1-l1-quiz", "id: m1-l2",
        "1:5", "taken by the lesson in content/tiny/m1/l2/lesson.yaml:1"),
    "an objective with the id of a lesson is named": (
        "m2/l1/lesson.yaml", "id: m2-l1-o1", "id: m2-l1",
        "6:9", "the id `m2-l1` is taken by the lesson on line 1"),
    "a term that is defined twice is named": (
        "m1/l2/lesson.yaml", "sources:",
        "terms:\n  - term: Tannin\n    definition: Bitter.\nsources:",
        "20:11", "the term `tannin` is taken by the glossary in content/tiny/m1/l1/lesson.yaml:36"),
    "an id that buttons use is refused": (
        QUIZ, "id: m1-l1-quiz", "id: retake", "1:5", "`retake` is a word that buttons use"),
    "an id that looks like an option is refused": (
        QUIZ, "id: m1-l1-quiz", "id: m1-l1-q1-c", "1:5", "`m1-l1-q1-c` is also option c of"),
    # references
    "an unknown objective comes with the nearest": (
        QUIZ, "objective: m1-l1-o1", "objective: m1-11-o1",
        "5:16", "there is no objective `m1-11-o1`: did you mean `m1-l1-o1`?"),
    "an unknown misconception comes with the nearest": (
        QUIZ, "mc-longer", "mc-lnger", "12:24", "did you mean `mc-longer`?"),
    "an unknown source comes with the nearest": (
        LESSON, "[okakura]", "[okakurra]", "40:11", "did you mean `okakura`?"),
    "an unknown source comes with the file to write it in": (
        LESSON, "[okakura]", "[zen]", "40:11", "add it to sources.yaml beside course.yaml"),
    "a renamed unit that is still there is named": (
        COURSE, "points:", "renamed:\n  m1-l2: m1-l1\npoints:", "9:3", "`m1-l2` is still there"),
    "a unit that was renamed to nothing is named": (
        COURSE, "points:", "renamed:\n  old: m1-l9\npoints:",
        "9:8", "there is no unit `m1-l9`: did"),
    "a unit that was renamed twice points to its last name": (
        COURSE, "points:", "renamed:\n  old: mid\n  mid: m1-l1\npoints:",
        "9:8", "`mid` was renamed too: write the last id, `m1-l1`, here"),
    "a lesson that is named twice is named": (
        MODULE, "[l1, l2]", "[l1, l2, l1]", "5:19", "`l1` is named twice here"),
    "a missing lesson comes with how to write one": (
        MODULE, "[l1, l2]", "[l1, l2, toast-and-jam]",
        "5:19", "there is no folder `toast-and-jam` here: write `toast-and-jam/lesson.yaml`, or"),
    # answers
    "an item without a right option is named": (
        QUIZ, "        correct: true\n", "        misconception: mc-hotter\n",
        "9:5", "no option is right: write `correct: true` on the right one"),
    "an item with two right options is named": (
        QUIZ, "misconception: mc-hotter\n        feedback: Boil",
        "correct: true\n        feedback: Boil",
        "20:18", "the option on line 14 is right already"),
    "several right options are not asked yet": (
        QUIZ, ITEM, ITEM + "    choose: several\n", "6:13", "not asked yet: write `choose: one`"),
    "an option with the letter of another is named": (
        QUIZ, "id: c", "id: b", "18:13", "this option has the id of the one on line 14"),
    "an option with the text of another is named": (
        QUIZ, "text: Boil the water again", "text: let it  steep for longer",
        "19:15", "this option has the text of the one on line 11"),
    "a right option with a misconception is named": (
        QUIZ, "correct: true\n", "correct: true\n        misconception: mc-hotter\n",
        "17:9", "a right option reveals no misconception"),
    "a letter beyond f is refused": (
        QUIZ, "id: c", "id: g", "18:13", "the options of an item are a, b, c, d, e and f"),
    # what a learner sees
    "a card that no platform takes is named with its length": (
        LESSON, "      Three minutes", f"      {LONG}\n\n      Three minutes",
        "32:11", "`text` has 2,144 characters; at most 1,800 fit"),
    "a card counts with its callout": (
        LESSON, "text: Heat", f"text: {LONG[:1600]} Heat", "18:5", "this card has 1,9"),
    "the first card counts with the question of the lesson": (
        LESSON, "question: Why", f"question: {LONG[:1600]} Why",
        "11:5", "with the lesson's title and"),
    "an emoji counts as two": (
        QUIZ, "feedback: Cooler", f"feedback: {'☕🍵' * 220}{' cup' * 5} Cooler",
        "17:19", "`feedback` has 7"),
    "feedback that no platform takes is named": (
        QUIZ, "feedback: Cooler", f"feedback: {LONG[:700]} Cooler", "17:19", "at most 700 fit"),
    "a question counts with its options": (
        QUIZ, "stem: Your", f"stem: {LONG[:1720]} Your",
        "4:5", "this item (stem and options) has 1,8"),
    "a heading is to be bold": (
        LESSON, "      - the scent comes first,", "      ## Scent",
        "22:7", "write the line in **bold**"),
    "a table is to be a list": (
        LESSON, "      - the scent comes first,", "      | a |\n      |---|\n",
        "22:7", "tables are not"),
    "HTML is to be Markdown": (
        LESSON, "comes first,", "comes <b>first</b>,", "22:7", "HTML is not shown: write Markdown"),
    "a link that leads nowhere is named": (
        "m1/intro.yaml", "**ten", "[ten](tea.html) **ten",
        "14:7", "a link to `tea.html` leads now"),
    "a link that runs code is named": (
        "m1/intro.yaml", "**ten", "[ten](javascript:x) **ten", "14:7", "whole address with https"),
    # pictures
    "a missing picture comes with the nearest": (
        LESSON, "cup.png", "cop.png",
        "16:13", "no picture `pictures/cop.png` in this course: did you mean `pictures/cup.png`?"),
    "a picture outside the course is refused": (
        LESSON, "pictures/cup.png", "../../cup.png", "16:13", "out of the course's folder"),
    "a text is no picture": (
        LESSON, "pictures/cup.png", "course.yaml", "16:13", "no PNG and no JPEG"),
}  # fmt: skip
