import { terms } from "entra-gatehouse";

/** The terms of use. A new text needs a new version. */
export const currentTerms = terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md", ko: "terms.ko.md" } });
