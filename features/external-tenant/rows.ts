import { signedUpKind } from "./store/rows";

export const rows = [signedUpKind];
