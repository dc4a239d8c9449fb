//! The files: `{name, request, response, note?}`, one case each.

use std::path::Path;

use cachebash_core::wire::mend_halves;
use serde_json::Value;

/// One recorded exchange.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name, for reports.
    pub name: String,
    /// What was sent.
    pub request: Recorded,
    /// What came back.
    pub reply: Reply,
}

/// A recorded request.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// HTTP method.
    pub method: String,
    /// As it was sent.
    pub path: String,
    /// As it was sent, without the question mark.
    pub query: String,
    /// The body as it was sent, where there was one.
    pub body: Option<String>,
    /// The transport session of MCP, where one was named.
    pub mcp_session: Option<String>,
}

/// A recorded reply.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The headers that were kept.
    pub headers: Vec<(String, String)>,
    /// JSON, or a string for a body that is none; null for an empty one.
    pub body: Value,
}

impl Case {
    /// Reads one file.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(&mend_halves(text)).map_err(|error| format!("not JSON: {error}"))?;
        let request = file.get("request").ok_or("no request")?;
        let response = file.get("response").ok_or("no response")?;
        let text = |holder: &Value, field: &str| holder.get(field).and_then(Value::as_str).map(str::to_owned);
        let json = request.get("body").filter(|body| !body.is_null()).map(Value::to_string);
        let headers = response.get("headers").and_then(Value::as_object);
        let status = response
            .get("status")
            .and_then(Value::as_u64)
            .and_then(|status| u16::try_from(status).ok());
        Ok(Self {
            name: name.to_owned(),
            request: Recorded {
                method: text(request, "method").ok_or("no method")?,
                path: text(request, "path").ok_or("no path")?,
                query: text(request, "query").unwrap_or_default(),
                body: text(request, "bodyRaw").or(json),
                mcp_session: request.get("headers").and_then(|sent| text(sent, "mcp-session-id")),
            },
            reply: Reply {
                status: status.ok_or("no status")?,
                headers: headers
                    .map(|headers| headers.iter().filter_map(header).collect())
                    .unwrap_or_default(),
                body: response.get("body").cloned().unwrap_or_default(),
            },
        })
    }
}

fn header((name, value): (&String, &Value)) -> Option<(String, String)> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // The length is that of the body as it is sent here.
    (!name.eq_ignore_ascii_case("content-length") && !value.is_null()).then(|| (name.clone(), text))
}

impl Reply {
    /// The body as it is sent.
    pub fn bytes(&self) -> Vec<u8> {
        let is_json = self
            .headers
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case("content-type") && value.to_lowercase().contains("json"));
        match &self.body {
            Value::Null if !is_json => Vec::new(),
            Value::String(text) if !is_json => text.clone().into_bytes(),
            json => json.to_string().into_bytes(),
        }
    }
}

/// The cases of a folder by file name, each readable or with the reason why not.
///
/// # Errors
/// When the folder cannot be listed.
pub fn cases_in(folder: &Path) -> std::io::Result<Vec<(String, Result<Case, String>)>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.retain(|file| file.path().extension().is_some_and(|ending| ending == "json"));
    files.sort_by_key(std::fs::DirEntry::file_name);
    let read = |file: std::fs::DirEntry| {
        let name = file
            .path()
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let case = std::fs::read_to_string(file.path()).map_err(|error| error.to_string());
        let case = case.and_then(|text| Case::read(&name, &text));
        (name, case)
    };
    Ok(files.into_iter().map(read).collect())
}
