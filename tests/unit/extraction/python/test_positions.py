"""The places of nodes are those of LibCST's own code generation, whatever the code looks like."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import libcst as cst
import pytest
from libcst._nodes.internal import CodegenState

from fastapi_audit.extraction.python.context import Context
from fastapi_audit.extraction.python.layout.walk import PARTS, lay_out
from fastapi_audit.extraction.python.positions import Positions
from fastapi_audit.extraction.python.statements import convert_block
from fastapi_audit.facts.positions import position
from fastapi_audit.rule_api.examples import read_examples

ROOT = Path(__file__).parents[4]
FILES = sorted(path for folder in ("fastapi_audit", "rules", "fixtures/projects", "fixtures/ways")
               for path in (ROOT / folder).rglob("*.py"))  # fmt: skip
NEWLINE = re.compile(r"\r\n?|\n")

SIMPLE_STATEMENTS = """\
del a, (b), c[0] ; pass;
x = y = (z) ; x: int = 1; x : "str"; x . y : list [ int ]
x += 1; x -= 1; x *= 1; x @= 1; x /= 1; x //= 1; x %= 1; x **= 1; x <<= 1; x >>= 1; x &= 1; x |= 1; x ^= 1
assert a , ( b ); assert(a)
raise; raise A ; raise  A  from  B
import  a . b  as  c , d
from . import (a as b, c ,) ; from .. . x import y as z
from os import *
from ...a.b import  (  # why
    c,  # fastapi-audit: one
    # two

    d as e
)
lazy import  a . b as c
lazy  from . a import ( b , c )
type  Pair [ T ]  =  tuple[T, T]
type Plain = int
"""
COMPOUND_STATEMENTS = """\
# header

#: and more

if  ( a ) :  pass ; x = 1  # type: ignore
elif b : # why
    y

  # less indented
    # at the depth
elif (c): z
else :
    pass
# between
for  (a, b)  in  c , d : break
else: continue
for x in *a, *b:
    while  x :
        continue
    else :
        pass
        # a footer
    # another
while(True): ...

with  a  as  b , c as (d, e) : pass
with (a as b, (c), d ,): pass
with (
    open(  # mypy: comment
        a
    ) as f
    , b
):
    pass
with(a): x
try :
    pass
except: pass
try:
    a
except  ( A , B )  as  e :
    b
except A, B: pass
else : c
finally : d
try: a
except  *  A as e: b
except* (B): c

@ a . b ( c )  # pyright: why

@(d)
# before the function

def  f ( a , b : int = 1 , / , c = ( 2 ) , * args : str , d : "int | None" = None , e , ** kwargs ) -> ( int ) :
    \"\"\"Documentation.\"\"\"
    global  a , b
    nonlocal c
    return
    return  ( a )
def g(a, *, b): return  a , b
def h(*a, b): return *a, b
def i(a, /): yield
def j ( a , / , ) : x = yield  a ; yield  from  b ; (yield (c))
def k(
    a,  # first
    *  # star
    , b: int = 1,
    **c,
): ...
def typed [ T : int , * Ts , ** P , U = ( int ) , * V = * W ] ( a : T ) : ...
async  def  l ( ) :
    async  with  a as b : pass
    async  for  x in y : await  ( z )
    return [ x async  for x in y  if ( z )  if w  for v in u ]
class  A : pass
class B ( ) : x : int
@decorated
class  C [ T ]  ( A , * b , metaclass = ( M ) , ** c , ) :

    # inside

    def method(self):
        class Inner: pass
        return Inner

    x = 1
match  ( a ) :
    # before the case
    case  1 | ( 2 ) | -3  if  ( b ) : pass
    case ( "x" ) as  y : pass
    case [ a , * b , ( c ) ] | ( d , * _ , ) : x
    case  a , b : x
    case { "k" : v , a . b : ( w ) , ** rest , } : y
    case {}: ...
    case C ( 1 , x = 2 , y = ( D ( ) ) , ) : pass
    case None | True: pass
    case _ :
        pass
    # a footer
match x, *y:
  case (z): pass
"""
EXPRESSIONS = """\
( ( a ) ) . b . c [ 0 ]
a . b ( c , * d , e = f , ** g , ) ( ) [ 1 : 2 , ... , : : ( 3 ) , a : , : b : c , * d ]
f (
    # fastapi-audit: allow
    a  # type: ignore
    ,
    # before

    b = ( c
    ) ,
)
a + b - c * d / e // f % g ** h @ i << j >> k & l | m ^ n
( a ) and  not  b  or ( c and ( d or e ) )
- a + + b ; ~ ( c ) ; not(a)
a < b > c <= d >= e == f != g is h is  not i in j not  in  ( k )
( a if  b  else  ( c ) )
lambda : 0 ; lambda a , b = 1 , / , c = ( 2 ) , * d , e , ** f : ( a , b ) ; lambda*a:a ; lambda *, a : a
( a := ( b ) ); [ c  :=  d , e ]
( ) ; ( a , ) ; a , ; ( a , * b , ( * c , ) ) ; [ ] ; [ a , * b ] ; { a , * b } ; { } ; { a : ( b ) , ** c , }
*a , b = c
x = [ * a , * ( b ) ]
[ a for b in c ] ; { a  for b in c if d } ; { a : b for c in d } ; ( a for b , c in d for e in f if g if h )
f ( a for b in c ) ; { ** a for b in c }
1 ; 0x1F ; 1_0.5e3 ; 2j ; ( 3 ) ; ( 4.5 ) ; ( 5j ) ; ( "s" ) ; ( ... ) ; ...
"a" 'b'  r"c" ; ( "d"
    # between
    f"e{f}" ) ; rb'x' Rb"y"
f"" ; f"{a}" ; f"x{ a !r:>{ b }.{c:{d}}}y{{z}}" ; rf"\\\\{a = }" ; f"{a=!s:x}" ; f'{f"{f'{a}'}"}' ; ( f"{ ( a ) }" )
t"" ; t"x{ a !r:>{ b }}y{{z}}" ; rt"{a = }" ; ( t"{b}" )
f\"\"\"
  {
      a  # why
      + b
  } and {c
  :>3}
\"\"\"
\"\"\"several
lines\"\"\" ; after
'é' + ü . ñ ( '日本' ) , '😀' , z
a = \\
    b  \\
  + \\
    c
print ( a \\
  , b )
(  yield )
( await  a )
"""
LAYOUTS = {
    "nothing": "",
    "a newline": "\n",
    "only spaces": "   ",
    "only a comment": "  # type: ignore",
    "comments and no code": "\n# one\n\n  # mypy: two\n",
    "form feeds": "a\n\x0c\nb\n  \x0c  \nif c:\n    d\n\x0c\n    # type: ignore\n    e\n",
    "tabs": "if a:\n\tif b:\n\t\tc = (\n\td)\n\te\n",
    "various indentations": "if a:\n  b\nif c:\n      d\n      if e:\n       f\ng\n",
    "no newline at the end of a block": "if a:\n    b\n    # type: ignore",
    "a comment after a block": "if a:\n    b\n  # type: ignore\n# mypy: x\n",
    "mixed newlines": "a\r\nb\nc\rif d:\r\n    e\n    # type: ignore\r    f\n",
    "a long line": "x = [" + "a, " * 2_000 + "b]\n",
    "separators that are no newlines": "a = '\x1c\x85\u2028' ; b\nc\n",
    "many branches": "if a: b\n" + "elif c: d\n" * 150,
    "a long chain": "x = " + " + ".join(["a"] * 150) + "\n",
}
DROPPED = {  # LibCST's tree does not hold all of these
    "a backslash before the first statement": "\\\na\nb\n",
    "a backslash before a statement": "if a:\n    b\n    \\\n    c\n    d  # type: ignore\n",
    "a form feed before a statement": "if a:\n b\n\x0c c\nd\n",
    "a carriage return at the end": "if a:\r  b\r",
}
SAMPLES = {"simple": SIMPLE_STATEMENTS, "compound": COMPOUND_STATEMENTS, "expressions": EXPRESSIONS, **LAYOUTS}


class Generated(CodegenState):
    """LibCST's own way: how many tokens precede each node, a syntactic position before any other."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.tokens_before: dict[cst.CSTNode, int] = {}
        module._codegen(self)
        self.offsets = [0, *accumulate(map(len, self.tokens))]
        self.text = "".join(self.tokens)
        self.line_ends = [match.end() for match in NEWLINE.finditer(self.text)]

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.tokens_before[node] = len(self.tokens)

    @contextmanager
    def record_syntactic_position(self, node: cst.CSTNode, **_: cst.CSTNode | None) -> Iterator[None]:
        self.tokens_before[node] = len(self.tokens)
        yield

    def __call__(self, node: cst.CSTNode) -> int:
        offset = self.offsets[self.tokens_before[node]]
        line = bisect_right(self.line_ends, offset)
        return position(line + 1, offset - (self.line_ends[line - 1] if line else 0) + 1)

    @property
    def comments(self) -> list[cst.CSTNode]:
        return [node for node in self.tokens_before if isinstance(node, cst.Comment)]


def text_of(source: str | bytes) -> tuple[cst.Module, str]:
    data = source if isinstance(source, bytes) else source.encode()
    module = cst.parse_module(data)
    return module, data.decode(module.encoding).removeprefix("\ufeff")


def check_places(module: cst.Module, text: str) -> None:
    """Compare the places of all nodes that the facts of a module ask for, of its comments, and its lines."""
    asked: list[cst.CSTNode] = []
    ours, theirs = Positions(module, text), Generated(module)

    def at(node: cst.CSTNode) -> int:
        asked.append(node)
        return ours(node)

    convert_block(module.body, Context(at))
    assert ours.comments == theirs.comments
    for node in (*asked, *ours.comments):
        assert ours(node) == theirs(node), node
    lines = NEWLINE.split(theirs.text)
    assert ours.lines == len(lines) - (not lines[-1])
    for comment in ours.comments:
        before = theirs.text[: theirs.offsets[theirs.tokens_before[comment]]]
        assert ours.is_first(comment) == (not NEWLINE.split(before)[-1].strip())


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("around", ["{}", "\ufeff{}", "if a:\n\tif b:\n\t  {}"])
def test_places_in_code_of_every_kind_are_those_of_the_generated_code(name: str, newline: str, around: str) -> None:
    code = SAMPLES[name]
    if around.startswith("if"):
        code = NEWLINE.sub(r"\g<0>\t  ", "pass\n" + code)
    for source in (around.format(code), around.format(code.rstrip("\n"))):
        module, text = text_of(source.replace("\n", newline))

        assert lay_out(module, text) is not None
        check_places(module, text)


@pytest.mark.parametrize("name", SAMPLES)
def test_places_in_code_with_old_mac_line_ends_are_those_of_the_generated_code(name: str) -> None:
    check_places(*text_of(SAMPLES[name].replace("\r\n", "\n").replace("\n", "\r")))


@pytest.mark.parametrize("name", DROPPED)
def test_places_in_code_that_libcst_does_not_keep_whole_are_those_of_the_generated_code(name: str) -> None:
    module, text = text_of(DROPPED[name])

    assert lay_out(module, text) is None
    check_places(module, text)


def test_places_in_code_of_another_encoding_are_those_of_its_characters() -> None:
    module, text = text_of("# coding: latin-1\nx = 'é', y  # type: ignore\n".encode("latin-1"))

    assert lay_out(module, text) is not None
    check_places(module, text)


@pytest.mark.parametrize(
    "statement",
    [
        cst.Expr(cst.Tuple([cst.Element(cst.Name("a")), cst.Element(cst.Name("b"))])),
        cst.Expr(cst.Call(cst.Name("f"), [cst.Arg(cst.Name("a")), cst.Arg(cst.Name("c"), keyword=cst.Name("b"))])),
        cst.AnnAssign(cst.Name("a"), cst.Annotation(cst.Name("b")), cst.Name("c")),
        cst.Return(cst.Name("a")),
    ],
)
def test_places_in_a_tree_with_sentinels_are_those_of_the_generated_code(statement: cst.BaseSmallStatement) -> None:
    module = cst.Module([cst.SimpleStatementLine([statement]), cst.SimpleStatementLine([cst.Expr(cst.Name("z"))])])

    check_places(module, module.code)


def test_places_in_real_code_are_those_of_the_generated_code() -> None:
    for path in FILES[::5]:  # all of them take half a minute
        module, text = text_of(path.read_bytes())

        assert lay_out(module, text) is not None, path
        check_places(module, text)


def test_places_in_the_examples_of_rules_are_those_of_the_generated_code() -> None:
    documentation = [ast.get_docstring(ast.parse(path.read_text())) for path in (ROOT / "rules").rglob("*.py")]
    examples = [example for text in documentation if text for example in read_examples(text)]
    sources = [text for example in examples for name, text in example.files.items() if name.endswith(".py")]

    assert len(sources) > 100
    for source in sources:
        check_places(*text_of(source))


def test_the_parts_of_every_kind_of_node_are_known() -> None:
    leaves = {cst.SimpleWhitespace, cst.Newline, cst.Comment}
    flattened = {cst.Module, cst.Annotation}
    nodes = {kind for kind in vars(cst).values() if isinstance(kind, type) and issubclass(kind, cst.CSTNode)}
    concrete = {kind for kind in nodes if not kind.__abstractmethods__ and not kind.__name__.startswith("Base")}

    assert concrete - leaves - flattened <= PARTS.keys()
