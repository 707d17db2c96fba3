import { archiveMarkKind } from "./store/archiver";
import { auditKind } from "./store/trail";

export const rows = [archiveMarkKind, auditKind];
