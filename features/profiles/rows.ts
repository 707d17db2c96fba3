import { profileKind } from "./store";

export const rows = [profileKind];
