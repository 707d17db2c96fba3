import type { ServePages } from "./start-pages";
import { simulatorPages } from "./user-flows";

/** Servers of the pages for signing up. Each feature adds its line here. */
export const signUpPages: readonly ServePages[] = [simulatorPages];
