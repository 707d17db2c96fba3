import { storedFormKind } from "./store/stored-form";

export const rows = [storedFormKind];
