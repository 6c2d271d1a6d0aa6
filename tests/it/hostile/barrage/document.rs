//! Documents that nearly fit the schema.

use serde_json::{Map, Value, json};

use super::{
    dice::Dice,
    schema::{Field, Schema},
};

/// Texts for arguments and variables.
const TEXTS: &[&str] = &[
    "",
    "a",
    "Ada",
    "ada@example.com",
    "eve@example.com",
    "a@b",
    "\u{0}",
    "\u{202e}",
    "\u{1f600}",
    "' OR 1=1 --",
    "%s%n",
    "null",
    "../../etc/passwd",
    "<svg onload=alert(1)>",
    "\r\nSet-Cookie: a=b",
    "\"",
    "\\",
    "{}",
    "0",
    "-1",
    "pcr_",
    "a.b.c",
    "\u{301}\u{301}",
    "00000000-0000-7000-8000-000000000000",
    "dHN0AAABoe5WXngBmQAAAABwAIAAAAAAAAAB",
    "SGVsbG8",
    "2026-11-22T10:00:00Z",
    "short",
];

/// Fields that cost a hash each: the barrage is to try the parsers, not to wait for Argon2.
const SLOW: &[&str] = &[
    "signup",
    "login",
    "reauthenticate",
    "changePassword",
    "deleteAccount",
];

/// A document that is being made, with its variables.
pub(super) struct Maker<'a> {
    dice: &'a mut Dice,
    schema: &'a Schema,
    variables: Map<String, Value>,
    definitions: Vec<String>,
    fragments: Vec<String>,
    /// So many fields more.
    left: usize,
}

/// A GraphQL request.
pub(super) fn request(dice: &mut Dice, schema: &Schema) -> Value {
    let left = 4 + dice.size(300);
    let mut maker = Maker {
        dice,
        schema,
        variables: Map::new(),
        definitions: Vec::new(),
        fragments: Vec::new(),
        left,
    };
    let query = maker.document();
    let mut request = json!({ "query": query });
    if !maker.variables.is_empty() || maker.dice.percent(10) {
        request["variables"] = Value::Object(maker.variables);
    }
    if dice.percent(8) {
        request["operationName"] = json!(dice.pick(TEXTS));
    }
    if dice.percent(5) {
        request["extensions"] = json!({ "persistedQuery": { "version": 1, "sha256Hash": dice.pick(TEXTS) } });
    }
    request
}

impl Maker<'_> {
    fn document(&mut self) -> String {
        let (keyword, root) = if self.dice.percent(70) {
            ("query", "Query")
        } else {
            ("mutation", "Mutation")
        };
        let selections = self.selections(root, 1);
        let directives = self.directives();
        let definitions = match self.definitions.as_slice() {
            [] => String::new(),
            definitions => format!("({})", definitions.join(" ")),
        };
        let name = if self.dice.percent(30) { " Q" } else { "" };
        format!(
            "{keyword}{name}{definitions}{directives} {selections} {}",
            self.fragments.join(" ")
        )
    }

    fn selections(&mut self, type_: &str, level: usize) -> String {
        let mut parts = Vec::new();
        for _ in 0..=self.dice.size(12) {
            parts.push(self.selection(type_, level));
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn selection(&mut self, type_: &str, level: usize) -> String {
        if self.left == 0 || level > 40 {
            return "__typename".to_owned();
        }
        self.left -= 1;
        match self.dice.below(20) {
            0 => {
                let inner = self.selections(type_, level + 1);
                format!("... on {type_}{} {inner}", self.directives())
            }
            1 => {
                let name = format!("F{}", self.dice.below(4));
                let inner = self.selections(type_, level + 1);
                self.fragments.push(format!("fragment {name} on {type_} {inner}"));
                format!("...{name}")
            }
            2 => ["nope", "__typename", "__schema { types { name } }", "id", "a: b"][self.dice.below(5)]
                .to_owned(),
            _ => self.field(type_, level),
        }
    }

    fn field(&mut self, type_: &str, level: usize) -> String {
        let Some(fields) = self.schema.objects.get(type_).filter(|fields| !fields.is_empty()) else {
            return "id".to_owned();
        };
        let mut field = self.dice.pick(fields);
        if SLOW.contains(&field.name.as_str()) && self.dice.percent(95) {
            field = self.dice.pick(fields);
        }
        let alias = if self.dice.percent(8) { "b: " } else { "" };
        let arguments = self.arguments(&field.arguments);
        let directives = self.directives();
        let has_fields = self.schema.objects.contains_key(&field.base);
        // The wrong way round now and then.
        let is_wrong = self.dice.percent(2);
        let selections = if has_fields ^ is_wrong {
            self.selections(&field.base, level + 1)
        } else {
            String::new()
        };
        format!("{alias}{}{arguments}{directives} {selections}", field.name)
    }

    fn arguments(&mut self, of: &[Field]) -> String {
        let mut arguments = Vec::new();
        for argument in of {
            if self.dice.percent(85) {
                arguments.push(format!("{}: {}", argument.name, self.value(argument, 0)));
            }
        }
        if self.dice.percent(2) {
            arguments.push("nope: 1".to_owned());
        }
        if arguments.is_empty() {
            String::new()
        } else {
            format!("({})", arguments.join(", "))
        }
    }

    fn directives(&mut self) -> String {
        match self.dice.below(40) {
            0 => " @skip(if: true)".to_owned(),
            1 => " @include(if: $v0)".to_owned(),
            2 => " @nope(a: [{ b: 1 }])".to_owned(),
            3 => " @deprecated".repeat(1 + self.dice.size(30)),
            _ => String::new(),
        }
    }

    /// A literal for a field of the input, or a variable.
    fn value(&mut self, field: &Field, level: usize) -> String {
        if self.dice.percent(30) {
            let name = format!("v{}", self.definitions.len());
            let type_ = if self.dice.percent(90) {
                field.type_.as_str()
            } else {
                "[[Int!]!]"
            };
            self.definitions.push(format!("${name}: {type_}"));
            let value = self.json(field, level);
            self.variables.insert(name.clone(), value);
            return format!("${name}");
        }
        literal(
            &self.json(field, level),
            self.schema.enums.contains_key(&field.base),
        )
    }

    fn json(&mut self, field: &Field, level: usize) -> Value {
        if self.dice.percent(10) {
            return self.anything(level);
        }
        if let Some(fields) = self.schema.inputs.get(&field.base).filter(|_| level < 5) {
            let mut object = Map::new();
            for inner in fields {
                if inner.type_.ends_with('!') || self.dice.percent(50) {
                    object.insert(inner.name.clone(), self.json(inner, level + 1));
                }
            }
            return Value::Object(object);
        }
        if let Some(values) = self.schema.enums.get(&field.base) {
            return json!(self.dice.pick(values));
        }
        match field.base.as_str() {
            "Int" => json!(
                *self
                    .dice
                    .pick(&[0_i64, 1, -1, 20, 101, i64::MAX, i64::MIN, 1 << 31])
            ),
            "Boolean" => json!(self.dice.percent(50)),
            _ => json!(self.dice.pick(TEXTS)),
        }
    }

    fn anything(&mut self, level: usize) -> Value {
        match self.dice.below(if level > 6 { 6 } else { 9 }) {
            0 => Value::Null,
            1 => json!(1.5e300),
            2 => json!(u64::MAX),
            3 => json!(self.dice.pick(TEXTS).repeat(1 + self.dice.size(400))),
            4 | 5 => json!(false),
            6 => json!({ *self.dice.pick(&["a", "__proto__", "input"]): self.anything(level + 1) }),
            _ => Value::Array(
                (0..self.dice.size(30))
                    .map(|_| self.anything(level + 1))
                    .collect(),
            ),
        }
    }
}

/// JSON as a literal of GraphQL.
fn literal(value: &Value, is_enum: bool) -> String {
    match value {
        Value::String(text) if is_enum => text.clone(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| literal(item, is_enum)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", literal(value, false)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
