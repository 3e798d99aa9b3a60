//! Rules over what AWS holds, whoever wrote it.
