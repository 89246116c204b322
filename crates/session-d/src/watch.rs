//! What session-d tells whoever watches it.

use std::{fs, path::PathBuf, sync::Arc};

use daemon::metrics::{Calls, Kind, Text, Watched};

use crate::grpc::Service;

#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) service: Arc<Service>,
    pub(crate) calls: Calls,
    /// The store's, where it is one.
    pub(crate) file: Option<PathBuf>,
}

impl Watched for Watch {
    fn tell(&self, text: &mut Text) {
        self.calls.tell(text);
        self.service.store().tell(text);
        if let Some(webhooks) = self.service.webhooks() {
            webhooks.tell(text);
        }
        let Some(store) = &self.file else { return };
        let mut size = text.family("visite_store_size_bytes", Kind::Gauge, "The store's files.");
        for (file, suffix) in [("main", ""), ("log", "-wal")] {
            let mut path = store.clone().into_os_string();
            path.push(suffix);
            size.sample(&[("file", file)], fs::metadata(path).map_or(0, |file| file.len()));
        }
    }

    async fn ready(&self) -> Result<(), String> {
        let read = self.service.store().reads().await;
        read.map_err(|error| error.to_string())
    }
}
