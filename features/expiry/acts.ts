import { denialsNow } from "../explain/world";
import { accessActs, readmit } from "./acts/access";
import { makeGuestAnswers } from "./acts/guest";
import { offerActs } from "./acts/offer";

/** The answers of sponsors in the console. */
export const guestAnswers = makeGuestAnswers(denialsNow);

export const acts = [...Object.values(accessActs), readmit, ...Object.values(guestAnswers), ...Object.values(offerActs)];
