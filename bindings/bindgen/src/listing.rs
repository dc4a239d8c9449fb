//! The exported API as a page of text, so that a change to it is seen in review.
//!
//! In no language's syntax, because it is what all of them get. Order is by name; members keep their order where it
//! means something (fields, variants, parameters). Comments are left out: rewording one is no change of the API.

use std::collections::BTreeMap;
use std::fmt::Write;

use uniffi_meta::{DefaultValueMetadata, FieldMetadata, FnParamMetadata, LiteralMetadata, Metadata, Type};

/// The listing of a library's metadata.
pub(crate) fn of(items: &[Metadata]) -> String {
    let mut types: BTreeMap<(u8, String), Vec<String>> = BTreeMap::new();
    let mut functions = Vec::new();
    for item in items {
        match item {
            Metadata::Func(it) => functions.push(format!(
                "function {}",
                signature(
                    &it.name,
                    it.is_async,
                    &it.inputs,
                    it.return_type.as_ref(),
                    it.throws.as_ref()
                )
            )),
            Metadata::Object(it) => {
                types.entry((0, format!("{} {}", kind(it.imp), it.name))).or_default();
            }
            Metadata::Record(it) => {
                types
                    .entry((1, format!("record {}", it.name)))
                    .or_default()
                    .extend(it.fields.iter().map(field));
            }
            Metadata::Enum(it) => {
                let word = if it.shape.is_error() { "error" } else { "enum" };
                let variants = it.variants.iter().map(|variant| match variant.fields.as_slice() {
                    [] => variant.name.clone(),
                    fields => format!("{} {{ {} }}", variant.name, join(fields.iter().map(field))),
                });
                types
                    .entry((2, format!("{word} {}", it.name)))
                    .or_default()
                    .extend(variants);
            }
            _ => {}
        }
    }
    let mut members: Vec<(String, String)> = items.iter().filter_map(member).collect();
    members.sort();
    for (owner, line) in members {
        if let Some((_, lines)) = types
            .iter_mut()
            .find(|((_, title), _)| title.ends_with(&format!(" {owner}")))
        {
            lines.push(line);
        }
    }
    functions.sort();
    let mut page = String::new();
    for line in functions {
        let _ = writeln!(page, "{line}");
    }
    for ((_, title), lines) in types {
        let _ = write!(page, "\n{title}\n");
        for line in lines {
            let _ = writeln!(page, "    {line}");
        }
    }
    page
}

/// A constructor, method or trait of its owner.
fn member(item: &Metadata) -> Option<(String, String)> {
    match item {
        Metadata::Constructor(it) => {
            let own = Type::Object {
                module_path: String::new(),
                name: it.self_name.clone(),
                imp: uniffi_meta::ObjectImpl::Struct,
            };
            let line = signature(&it.name, it.is_async, &it.inputs, Some(&own), it.throws.as_ref());
            Some((it.self_name.clone(), format!("static {line}")))
        }
        Metadata::Method(it) => {
            let line = signature(
                &it.name,
                it.is_async,
                &it.inputs,
                it.return_type.as_ref(),
                it.throws.as_ref(),
            );
            Some((it.self_name.clone(), line))
        }
        Metadata::TraitMethod(it) => {
            let line = signature(
                &it.name,
                it.is_async,
                &it.inputs,
                it.return_type.as_ref(),
                it.throws.as_ref(),
            );
            Some((it.trait_name.clone(), line))
        }
        Metadata::UniffiTrait(it) => Some((it.self_name().to_owned(), format!("as text: {}", it.name()))),
        _ => None,
    }
}

fn kind(of: uniffi_meta::ObjectImpl) -> &'static str {
    if of.has_callback_interface() {
        "interface of the app's"
    } else {
        "object"
    }
}

fn signature(
    name: &str,
    is_async: bool,
    inputs: &[FnParamMetadata],
    returns: Option<&Type>,
    throws: Option<&Type>,
) -> String {
    let inputs = inputs
        .iter()
        .map(|it| format!("{}: {}{}", it.name, type_name(&it.ty), default(it.default.as_ref())));
    let mut line = format!("{}{name}({})", if is_async { "async " } else { "" }, join(inputs));
    if let Some(returns) = returns {
        let _ = write!(line, " -> {}", type_name(returns));
    }
    if let Some(throws) = throws {
        let _ = write!(line, " throws {}", type_name(throws));
    }
    line
}

fn field(it: &FieldMetadata) -> String {
    format!("{}: {}{}", it.name, type_name(&it.ty), default(it.default.as_ref()))
}

fn default(value: Option<&DefaultValueMetadata>) -> String {
    match value {
        None => String::new(),
        Some(DefaultValueMetadata::Default) => " = default".to_owned(),
        Some(DefaultValueMetadata::Literal(literal)) => match literal {
            LiteralMetadata::None => " = none".to_owned(),
            LiteralMetadata::Boolean(it) => format!(" = {it}"),
            LiteralMetadata::UInt(it, ..) => format!(" = {it}"),
            LiteralMetadata::Int(it, ..) => format!(" = {it}"),
            other => format!(" = {other:?}"),
        },
    }
}

fn type_name(of: &Type) -> String {
    match of {
        Type::UInt8 => "u8".into(),
        Type::Int8 => "i8".into(),
        Type::UInt16 => "u16".into(),
        Type::Int16 => "i16".into(),
        Type::UInt32 => "u32".into(),
        Type::Int32 => "i32".into(),
        Type::UInt64 => "u64".into(),
        Type::Int64 => "i64".into(),
        Type::Float32 => "f32".into(),
        Type::Float64 => "f64".into(),
        Type::Boolean => "bool".into(),
        Type::String => "text".into(),
        Type::Bytes => "bytes".into(),
        Type::Timestamp => "timestamp".into(),
        Type::Duration => "duration".into(),
        Type::Object { name, .. }
        | Type::Record { name, .. }
        | Type::Enum { name, .. }
        | Type::CallbackInterface { name, .. }
        | Type::Custom { name, .. } => name.clone(),
        Type::Box { inner_type } => type_name(inner_type),
        Type::Optional { inner_type } => format!("{}?", type_name(inner_type)),
        Type::Sequence { inner_type } => format!("[{}]", type_name(inner_type)),
        Type::Set { inner_type } => format!("set of {}", type_name(inner_type)),
        Type::Map { key_type, value_type } => format!("map of {} to {}", type_name(key_type), type_name(value_type)),
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
