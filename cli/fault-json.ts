import * as v from "valibot";
import { anyText } from "../engine/fields";

/** A `Fault` as commands print it with --json. */
export const faultJson = v.strictObject({ id: anyText("Such as `aws.bootstrap`."), what: anyText(), fix: anyText("What to do about it.") });
