import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { SIGN_IN_SECONDS } from "./session";

const names = { session: "gatehouse", signIn: "gatehouse-sign-in" } as const;
const LANGUAGE = "gatehouse-language";
const YEAR_SECONDS = 365 * 86_400;

export type Cookies = ReturnType<typeof cookies>;

/** The console's cookies. Over https their names bind them to this very host. */
export function cookies(scheme: "https" | "http") {
  const secure = scheme === "https";
  const options: CookieOptions = { path: "/", httpOnly: true, sameSite: "Lax", secure };
  const nameOf = (cookie: keyof typeof names) => `${secure ? "__Host-" : ""}${names[cookie]}`;
  return {
    read: (context: Context, cookie: keyof typeof names) => getCookie(context, nameOf(cookie)),
    write: (context: Context, cookie: keyof typeof names, value: string) =>
      setCookie(context, nameOf(cookie), value, { ...options, ...(cookie === "signIn" && { maxAge: SIGN_IN_SECONDS }) }),
    clear: (context: Context, cookie: keyof typeof names) => deleteCookie(context, nameOf(cookie), options),
    readLanguage: (context: Context) => getCookie(context, LANGUAGE),
    writeLanguage: (context: Context, language: string) => setCookie(context, LANGUAGE, language, { ...options, maxAge: YEAR_SECONDS }),
  };
}
