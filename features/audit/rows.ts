import { archiveMarkKind } from "./store/archive-mark";
import { auditKind } from "./store/trail";

export const rows = [archiveMarkKind, auditKind];
