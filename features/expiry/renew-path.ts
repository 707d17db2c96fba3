/** The path for sponsors' answers, on the server of the page that decides on requests. */
export const RENEW_PATH = "/renew";
