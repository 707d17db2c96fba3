import { type Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { languageDetector } from "hono/language";
import { secureHeaders } from "hono/secure-headers";
import { type ConsoleLanguage, inLanguage, isLanguage, languages } from "../../console/texts/languages";

/** Host names of this machine. A request with another Host header may come from a page of another site (DNS rebinding). */
const ownHost = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Creates an app without pages. It serves this machine only, in the person's language, and forbids caching and framing. */
export function guardedApp(): Hono {
  const app = new Hono();
  app.use(async (c, next) => (ownHost.test(c.req.header("host") ?? "") ? await next() : c.text("Wrong host", 403)));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: "same-origin",
      // The app is served over http on this machine only.
      strictTransportSecurity: false,
    }),
  );
  app.use(csrf());
  app.use(
    languageDetector({
      order: ["querystring", "header"],
      supportedLanguages: [...languages],
      fallbackLanguage: "en",
      lookupQueryString: "lang",
      caches: false,
    }),
  );
  app.use(async (c, next) => {
    await inLanguage(readLanguage(c), next);
    c.header("Cache-Control", "no-store");
  });
  return app;
}

export function readLanguage(c: Context): ConsoleLanguage {
  const language = c.get("language");
  return isLanguage(language) ? language : "en";
}
