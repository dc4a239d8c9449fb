//! What agents ask of the server over the same API, and we only read: questions and alerts for the person, tasks given back
//! or taken in batches, counts (contract section 8).

use serde_json::{Number, Value};

use super::field::object;
use super::{Salvage, salvage};

object! {
    /// `data` of `POST /v1/questions`.
    QuestionAck {
        /// Inner success.
        success: bool,
        /// Which.
        question_id: String,
        /// Its answer will be sealed for the key that asked.
        encrypted: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `data` of `POST /v1/alerts`.
    AlertAck {
        /// Inner success.
        success: bool,
        /// Which.
        alert_id: String,
        /// `error`, `warning`, `success`, `info`.
        alert_type: String,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `data` of `POST /v1/tasks/:id/unclaim`.
    UnclaimAck {
        /// Inner success.
        success: bool,
        /// Which.
        task_id: String,
        /// How often it was given back.
        unclaim_count: Number,
        /// So often that somebody should look at it.
        flagged: bool,
        /// A sentence.
        message: String,
    }
}

object! {
    /// `data` of `POST /v1/tasks/batch-claim` and of `POST /v1/tasks/batch-complete`.
    BatchAck {
        /// Inner success.
        success: bool,
        /// What came of each, in the order of the request.
        results: Vec<BatchResult>,
        /// How many were claimed; of claiming alone.
        claimed: Number,
        /// How many were completed; of completing alone.
        completed: Number,
        /// How many were not.
        failed: Number,
    }
}

object! {
    /// What came of one task of a batch.
    BatchResult {
        /// Which.
        task_id: String,
        /// It was taken.
        success: bool,
        /// Its title; of a claimed one alone.
        title: String,
        /// Why not.
        error: String,
    }
}

object! {
    /// `data` of `GET /v1/tasks/stats`; it has no inner success. The hosted server counts a field that tasks lack: always zeros.
    TaskCounts {
        /// Waiting.
        created: Number,
        /// Being done.
        active: Number,
        /// Done.
        done: Number,
        /// Failed.
        failed: Number,
        /// All.
        total: Number,
    }
}

impl Salvage for QuestionAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<bool>(data, "encrypted") + salvage::part::<String>(data, "message")
    }
}

impl Salvage for AlertAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::part::<String>(data, "alertType") + salvage::part::<String>(data, "message")
    }
}

impl Salvage for UnclaimAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        let counted = salvage::part::<Number>(data, "unclaimCount") + salvage::part::<bool>(data, "flagged");
        counted + salvage::part::<String>(data, "message")
    }
}

impl Salvage for BatchAck {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::rows::<BatchResult>(data, "results")
    }
}

impl Salvage for TaskCounts {}
