import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { SIGN_IN_SECONDS } from "./session";

const SESSION = "gatehouse";
const SIGN_IN = "gatehouse-sign-in";
const LANGUAGE = "gatehouse-language";
/** The cookie with the browser's time zone. The browser's script writes it (style/assets.ts). */
const ZONE = "gatehouse-zone";
const RETURN = "gatehouse-return";
const RETURN_SECONDS = 3_600;
const YEAR_SECONDS = 365 * 86_400;
/** Limit of unfinished sign-ins in one browser. Each has a cookie of some 500 bytes, and a gateway accepts 10 KB of headers. */
const MOST_SIGN_INS = 6;

export type Cookies = ReturnType<typeof cookies>;

/** Reads and writes the console's cookies. Over https, the prefix `__Host-` binds the cookies of sessions and sign-ins to this host. */
export function cookies(scheme: "https" | "http") {
  const secure = scheme === "https";
  const options: CookieOptions = { path: "/", httpOnly: true, sameSite: "Lax", secure };
  const prefix = secure ? "__Host-" : "";
  const session = `${prefix}${SESSION}`;
  /** Each sign-in has its own cookie: two tabs may sign in at once. */
  const signIn = (state: string) => `${prefix}${SIGN_IN}-${state}`;
  const forget = (context: Context, name: string) => deleteCookie(context, name, options);
  return {
    readSession: (context: Context) => getCookie(context, session),
    writeSession: (context: Context, value: string) => setCookie(context, session, value, options),
    clearSession: (context: Context) => forget(context, session),
    /** @param state from the callback's address: the provider's state, or any text that a stranger made up */
    readSignIn: (context: Context, state: string) => (isState(state) ? getCookie(context, signIn(state)) : undefined),
    writeSignIn(context: Context, state: string, value: string) {
      const underWay = Object.keys(getCookie(context)).filter((name) => name.startsWith(signIn("")));
      if (underWay.length >= MOST_SIGN_INS) for (const name of underWay) forget(context, name);
      setCookie(context, signIn(state), value, { ...options, maxAge: SIGN_IN_SECONDS });
    },
    clearSignIn(context: Context, state: string) {
      if (isState(state)) forget(context, signIn(state));
    },
    readReturn: (context: Context) => getCookie(context, RETURN),
    writeReturn: (context: Context, path: string) => setCookie(context, RETURN, path, { ...options, maxAge: RETURN_SECONDS }),
    clearReturn: (context: Context) => forget(context, RETURN),
    readLanguage: (context: Context) => getCookie(context, LANGUAGE),
    readZone: (context: Context) => getCookie(context, ZONE),
    writeLanguage: (context: Context, language: string) => setCookie(context, LANGUAGE, language, { ...options, maxAge: YEAR_SECONDS }),
  };
}

/** True if a text can be the last part of the name of a sign-in's cookie: 1 to 64 letters of base64url. Our states have 43 letters. */
function isState(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}
