import type { ServePages } from "./start-pages";
import { simulatorPages } from "./user-flows";

/** Servers of the pages on which people sign up. A feature has its line here. */
export const signUpPages: readonly ServePages[] = [simulatorPages];
