"""Checks of Schemathesis: every answer is one that schema.graphql and the documentation promise.

Schemathesis asks what the schema allows. Its own check takes any error in an answer for a failure, but most of what it asks
is refused: nobody is signed in, an id is not there, a document passes a limit. So these checks say what an answer has to be.
"""

import base64
import json
import os
import re
import urllib.request

import schemathesis
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    parse,
)
from graphql.language import FieldNode, FragmentSpreadNode, NameNode, ObjectFieldNode
from hypothesis import strategies as st
from schemathesis.graphql import nodes

SCHEMA = build_schema(open(os.environ["SCHEMA"], encoding="utf-8").read())
KINDS = {
    "String": str,
    "ID": str,
    "Int": int,
    "Float": (int, float),
    "Boolean": bool,
    "PublicKeyCredentialCreationOptionsJSON": dict,
    "PublicKeyCredentialRequestOptionsJSON": dict,
}
# Ours, never a client's: whatever is asked, it must not be answered with these.
FAULTS = {"INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "(none)"}
LONGEST = 8 * 1024
PERSON = {"email": "ada@example.com", "password": "a lantern under quiet snow"}


def ask(query, **variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(os.environ["SERVER"] + "/graphql", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["data"]


if "SIGNED_IN" in os.environ:
    ask("mutation ($input: SignupInput!) { signup(input: $input) { userErrors { code } } }", input={"name": "Ada", **PERSON})

    @schemathesis.auth(refresh_interval=None)
    class Session:
        """A session for each question, since some of them end it."""

        def get(self, case, ctx):
            login = "mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }"
            return ask(login, input=PERSON)["login"]["tokens"]["accessToken"]

        def set(self, case, data, ctx):
            case.headers["Authorization"] = f"Bearer {data}"


# What a browser would hand over of a passkey: all or some of the members that it has, each fitting or not, or another value.
ENCODED = st.binary(max_size=64).map(lambda some: base64.urlsafe_b64encode(some).decode().rstrip("="))
WRONG = st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.text(max_size=20) | st.lists(ENCODED, max_size=3)


def answers_of_browsers(*parts):
    either = ENCODED | WRONG
    response = st.fixed_dictionaries({}, optional=dict.fromkeys(("clientDataJSON", *parts), either))
    members = {"id": either, "rawId": either, "type": st.just("public-key") | WRONG, "response": response | WRONG}
    return (st.fixed_dictionaries({}, optional=members) | WRONG).map(literal)


def literal(value):
    """The value as it is written in a document."""
    if isinstance(value, dict):
        return nodes.Object([ObjectFieldNode(name=NameNode(value=key), value=literal(it)) for key, it in value.items()])
    if isinstance(value, list):
        return nodes.List([literal(it) for it in value])
    if value is None:
        return nodes.Null
    kinds = {bool: nodes.Boolean, int: nodes.Int, str: nodes.String}
    return kinds[type(value)](value)


schemathesis.graphql.scalar(
    "AuthenticationResponseJSON", answers_of_browsers("authenticatorData", "signature", "userHandle")
)
schemathesis.graphql.scalar("RegistrationResponseJSON", answers_of_browsers("attestationObject", "transports"))


@schemathesis.check
def answers_are_calm(ctx, response, case):
    """No 5xx, no fault, no essay, and a code in each error."""
    assert response.status_code < 500, response.text
    errors = response.json().get("errors", [])
    codes = {error.get("extensions", {}).get("code", "(none)") for error in errors}
    assert not codes & FAULTS, codes
    assert all(re.fullmatch("[A-Z_]+", code) for code in codes), codes
    assert len(str(errors)) <= LONGEST, "too much about errors"


@schemathesis.check
def answers_fit_the_schema(ctx, response, case):
    """The data have the fields that were asked for, each of its type, and null only where it may be."""
    body = response.json()
    assert set(body) <= {"data", "errors", "extensions"} and body, body
    data = body.get("data")
    if data is None:
        assert body.get("errors"), "neither data nor errors"
        return
    document = parse(case.body)
    [operation] = [it for it in document.definitions if hasattr(it, "operation")]
    root = SCHEMA.mutation_type if operation.operation.value == "mutation" else SCHEMA.query_type
    fragments = {it.name.value: it for it in document.definitions if hasattr(it, "type_condition")}
    look_at_object(root, data, operation.selection_set, fragments, "data")


def look_at_object(type_, value, selections, fragments, path):
    assert isinstance(value, dict), f"{path} is no object"
    wanted = {}
    collect(type_, selections, fragments, wanted)
    assert set(value) <= set(wanted), f"{path} has {set(value) - set(wanted)}, which nobody asked for"
    for key, fields in wanted.items():
        name = fields[0].name.value
        if name == "__typename":
            assert value.get(key, type_.name) == type_.name, f"{path} is of another type"
        elif name in type_.fields:
            skipped = any(field.directives for field in fields)
            assert key in value or skipped, f"{path} lacks {key}"
            if key in value:
                look_at(type_.fields[name].type, value[key], fields, fragments, f"{path}.{key}")


def look_at(type_, value, fields, fragments, path):
    if isinstance(type_, GraphQLNonNull):
        assert value is not None, f"{path} is null"
        type_ = type_.of_type
    if value is None:
        return
    if isinstance(type_, GraphQLList):
        assert isinstance(value, list), f"{path} is no list"
        for item in value:
            look_at(type_.of_type, item, fields, fragments, path + "[]")
    elif isinstance(type_, GraphQLEnumType):
        assert value in type_.values, f"{path} is {value}"
    elif isinstance(type_, GraphQLScalarType):
        kind = KINDS.get(type_.name, str)
        assert isinstance(value, kind) and (kind is bool or not isinstance(value, bool)), f"{path} is {value!r}"
    elif isinstance(type_, GraphQLObjectType):
        look_at_object(type_, value, merged(fields), fragments, path)
    else:
        # Of an interface or union: one of its types has to fit.
        assert isinstance(value, dict), f"{path} is no object"


def merged(fields):
    """The selections of all fields that have one key."""
    return [node for field in fields for node in field.selection_set.selections]


def collect(type_, selections, fragments, into):
    for node in getattr(selections, "selections", selections):
        if isinstance(node, FieldNode):
            into.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        elif isinstance(node, FragmentSpreadNode):
            collect(type_, fragments[node.name.value].selection_set, fragments, into)
        else:
            collect(type_, node.selection_set, fragments, into)
