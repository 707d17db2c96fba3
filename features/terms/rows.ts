import { termsKind } from "./store";

export const rows = [termsKind];
