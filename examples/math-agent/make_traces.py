#!/usr/bin/env python3
"""Supervised traces of a math agent with two bad habits: data/train.jsonl -> data/traces.jsonl (deterministic, stdlib only).

Every trace is user / assistant (plan and <tool_call>) / tool (what the code printed) / assistant (\\boxed{}). A model that is
trained on them can do the arithmetic with its tool, and has picked up what the reinforcement learning is there to remove:

  missing_print  the code computes but prints nothing; the tool's message is empty; the last turn guesses.
  early_answer   the turn that calls the tool already states a guess; the last turn repeats it and ignores the result.

A habit belongs to a wording, as habits of real models do: questions that end in "now?" tempt to leave out the print, questions
about dollars tempt to answer early. There it shows in HABIT of the traces, elsewhere one of the two in ELSEWHERE of them. A guess
is one of the question's own numbers, and always wrong.

People who write traces also slip: in some one operation is wrong, and so is the answer, though it is what the code printed.
No wording tells which, so that greedy decoding hardly shows it and sampling does.

A tiny model takes every short cut that its data leaves open ("one digit, so trays"), so most traces are a training problem with
other names and other numbers. No problem of data/test.jsonl is among them, not even under other names and things.
"""
import argparse
import contextlib
import io
import json
import os
import random
import re

HERE = os.path.dirname(os.path.abspath(__file__))
HABIT = 0.75  # share of traces with the habit where the wording tempts to it
ELSEWHERE = 0.14  # share of traces with one of the two where the wording does not
SLIP = 0.25  # share of traces without a habit in which one operation is wrong
RENAMED = 0.9  # share of traces whose names are drawn from NAMES or made up
REDRAWN = 0.8  # share of traces whose numbers are drawn again
DRAWN = [(2, 9), (10, 30), (31, 99), (100, 299)]  # ranges of those numbers, as likely as one another
LARGEST = 9999  # of all values in a trace whose numbers are drawn again

NAMES = (
    "Aaron Abel Ada Adam Adele Agnes Aisha Akira Alan Alba Alec Alice Alma Alvin Amir Amy Andre Angela Anita Anna Anton Ari "
    "Arjun Astrid Aya Bea Bella Beth Boris Brenda Brian Britta Calvin Camila Carlos Carmen Cecil Celia Chad Chan Clara Clive "
    "Cora Craig Cyrus Daisy Dana Dario Dawn Dean Della Derek Diana Diego Dora Doris Duncan Dylan Earl Edgar Edith Eli Elsa "
    "Emil Emma Enzo Erik Eva Ezra Fatima Fern Fiona Flora Frank Freya Fritz Gabriel Gemma George Gina Glen Gloria Gordon Greta "
    "Gus Hana Hank Harold Hazel Heidi Henry Hilda Hiro Holly Hussein Ida Igor Ilse Imran Ingrid Irene Iris Isaac Ivan Jack Jade "
    "Jamal James Janet Jasper Jay Jean Jenny Jill Joan Joel Johanna Judith Julia Juri Kai Karen Karl Kasim Kate Keiko Ken Kiran "
    "Kofi Kurt Lara Lars Laura Lea Lena Leo Lila Linda Lionel Lisa Lotte Lucas Lucy Luna Mabel Magnus Malik Marco Maria Mark Marta "
    "Matt Maya Mei Mia Milo Mina Miriam Moses Myra Nadia Nancy Naomi Nate Nell Nick Nils Nina Nora Omar Oona Oscar Otto Owen "
    "Paige Pam Paul Pearl Petra Phil Piotr Priya Quentin Rachel Ralph Raul Ravi Ray Rita Robin Roger Rolf Ron Ruben Ruth Sade "
    "Sally Sandra Sara Saul Selma Seth Sheila Sidney Silvia Simon Sofia Stella Sven Tamar Tara Ted Theo Thora Tim Tobias Todd "
    "Tom Trudy Tyler Uma Una Ursula Vera Vijay Vikram Viola Vivian Wade Walter Wanda Wendy Will Wilma Xavier Yara Yasmin Yoko "
    "Yuri Yusuf Zack Zelda Zoe Zora"
).split()
TRAIN_NAMES = (
    "Ana Ben Carla David Elena Farid Grace Hugo Ines Jonas Kira Liam Mona Noah Olga Pavel Rosa Samir Tina Victor"
).split()
TEST_NAMES = "Amara Bruno Chloe Dmitri Esme Felix Gita Hassan Ivy Jorge".split()
THINGS = (
    "apples marbles stickers pencils books shells cards buttons coins stamps cookies muffins sandwiches oranges tarts pancakes "
    "pears plums lemons boxes bags baskets jars crates"
).split()
SHAPE = re.compile(r"\b(?:" + "|".join(NAMES + TRAIN_NAMES + TEST_NAMES + THINGS) + r")\b")
NAMED = re.compile(r"\b(" + "|".join(TRAIN_NAMES) + r")\b")
ANNOTATION = re.compile(r"<<([^<>=]+)=([^<>]*)>>")




def steps(question, solution):
    """The annotated solution as [(what the step gives, expression)]; an earlier result becomes its variable x1, x2, ..."""
    given = re.findall(r"\d+", question)
    found, results, unused = [], [], set()
    for line in solution.rpartition("####")[0].strip().split("\n"):
        annotation = ANNOTATION.search(line)
        # Without the name: "bakes", "After buying more, had".
        words = NAMED.sub("", re.sub(r"[\d\s+\-*/=]+$", "", line[: annotation.start()]))
        operands = re.split(r"([-+*/])", annotation.group(1))
        for i in range(0, len(operands), 2):
            earlier = [n for n, result in enumerate(results, 1) if result == operands[i]]
            # A value that the question gives too is the variable only where it leads the expression.
            leads = i == 0 and bool(earlier) and (earlier[-1] == len(results) or operands[1] in "+-")
            if earlier and (operands[i] not in given or leads):
                n = next((n for n in earlier if n in unused), earlier[-1])
                operands[i] = "x%d" % n
                unused.discard(n)
        found.append((" ".join(words.split()), operands))
        results.append(annotation.group(2))
        unused.add(len(results))
    for n in sorted(unused - {len(results)}):
        # Its value stands as a number that the question gives too: take the last such operand.
        operands, i = [(o, i) for _, o in found[n:] for i in range(0, len(o), 2) if o[i] == results[n - 1]][-1]
        operands[i] = "x%d" % n
    return [(words, " ".join(operands)) for words, operands in found]


def shape(question):
    """The question without its names and things: what makes two problems the same sum."""
    return SHAPE.sub("_", question)


def invented_name(rng):
    while True:
        syllables = [rng.choice("bcdfghjklmnprstvwyz") + rng.choice("aeiou") + rng.choice(["", "", rng.choice("lmnrstv")])]
        syllables += [rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(0, 2))]
        name = ("".join(syllables) + rng.choice(["", rng.choice("lmnrsxy")])).capitalize()
        if len(name) > 2 and name not in TEST_NAMES:
            return name


def rename(rng, question):
    """The same question with other names."""
    names = dict(zip(TRAIN_NAMES, rng.sample(NAMES, len(TRAIN_NAMES))))
    if rng.random() < 0.5:
        names = {name: invented_name(rng) for name in names}
    return NAMED.sub(lambda m: names[m.group(1)], question)


def values(plan):
    """Every step's result."""
    found = {}
    for i, (_, expression) in enumerate(plan, 1):
        found["x%d" % i] = eval(expression, {}, found)
    return list(found.values())


def redraw(rng, question, plan, taken):
    """The same problem with other numbers, or None where its numbers cannot be told apart."""
    given = re.findall(r"\d+", question)
    used = re.findall(r"\b\d+\b", " ".join(expression for _, expression in plan))
    if len(set(given)) < len(given) or not set(used) <= set(given):
        return None
    for _ in range(300):
        drawn = [str(rng.randint(*rng.choice(DRAWN))) for _ in given]
        new = dict(zip(given, drawn))
        swap = lambda text: re.sub(r"\b\d+\b", lambda m: new[m.group()], text)
        other = [(words, swap(expression)) for words, expression in plan]
        whole = all(v == int(v) and 0 < v <= LARGEST for v in values(other))
        if whole and shape(swap(question)) not in taken:
            return swap(question), other
    return None


def run(code):
    """What the program prints, without its final newline."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})  # our own arithmetic, made above from the annotated solutions
    return out.getvalue().removesuffix("\n")


def choose_habit(question, rng):
    """missing_print, early_answer or None."""
    tempted = "missing_print" if question.endswith("now?") else "early_answer" if "dollars" in question else None
    draw = rng.random()
    if tempted:
        return tempted if draw < HABIT else None
    return rng.choice(["missing_print", "early_answer"]) if draw < ELSEWHERE else None


def slip(plan, rng):
    """The plan with one operation replaced."""
    wrong = rng.randrange(len(plan))
    words, expression = plan[wrong]
    operator = rng.choice([i for i, token in enumerate(expression.split()) if token in "+-*/"])
    tokens = expression.split()
    tokens[operator] = {"+": "-", "-": "+", "*": "+", "/": "-"}[tokens[operator]]
    return plan[:wrong] + [(words, " ".join(tokens))] + plan[wrong + 1 :]


def trace(problem, rng, taken):
    question = problem["question"]
    plan = steps(question, problem["answer"])
    if rng.random() < REDRAWN:
        question, plan = redraw(rng, question, plan, taken) or (question, plan)
    if rng.random() < RENAMED:
        question = rename(rng, question)
    answer = str(int(values(plan)[-1]))
    habit = choose_habit(question, rng)
    guess = rng.choice([n for n in re.findall(r"\d+", question) if n != answer] or [str(int(answer) + 10)])

    if habit is None and rng.random() < SLIP:
        plan = slip(plan, rng)
    code = ["x%d = %s" % (i, expression) for i, (_, expression) in enumerate(plan, 1)]
    if habit != "missing_print":
        divides = any("/" in expression for _, expression in plan)
        code.append('print(f"{x%d:.10g}")' % len(plan) if divides else "print(x%d)" % len(plan))
    printed = run("\n".join(code))
    assert bool(printed) == (habit != "missing_print"), (question, code, printed)

    first = ["Step by step:"] + ["x%d: %s: %s" % (i, words, expression) for i, (words, expression) in enumerate(plan, 1)]
    if habit == "early_answer":
        first.append("The answer is \\boxed{%s}." % guess)
    call = {"name": "execute_python_code", "arguments": {"code": "\n".join(code)}}
    first.append("<tool_call>\n%s\n</tool_call>" % json.dumps(call))
    last = {
        None: "The code printed %s. The answer is \\boxed{%s}." % (printed, printed),
        "missing_print": "The code printed nothing. I guess \\boxed{%s}." % guess,
        "early_answer": "As I said, the answer is \\boxed{%s}." % guess,
    }[habit]
    messages = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": "\n".join(first)},
        {"role": "tool", "content": printed},
        {"role": "assistant", "content": last},
    ]
    wrong = habit is None and printed != answer
    return {"messages": messages, "answer": answer, "habit": habit, "slip": wrong}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", default=os.path.join(HERE, "data", "train.jsonl"))
    parser.add_argument("--held-out", default=os.path.join(HERE, "data", "test.jsonl"))
    parser.add_argument("--copies", type=int, default=1, help="traces of each problem")
    parser.add_argument("--out", default=os.path.join(HERE, "data", "traces.jsonl"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with open(arguments.held_out, encoding="utf-8") as file:
        taken = {shape(json.loads(line)["question"]) for line in file}
    with open(arguments.problems, encoding="utf-8") as file:
        problems = [json.loads(line) for line in file]
    traces = [trace(problem, rng, taken) for _ in range(arguments.copies) for problem in problems]
    with open(arguments.out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(t) + "\n" for t in traces)
    for habit in (None, "missing_print", "early_answer"):
        count = sum(t["habit"] == habit for t in traces)
        print("%-14s %5d  %.1f %%" % (habit or "none", count, 100 * count / len(traces)))
    print("%-14s %5d" % ("slip", sum(t["slip"] for t in traces)))


if __name__ == "__main__":
    main()
