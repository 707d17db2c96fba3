/** Where partners' contacts begin. */
export const PARTNER_PATH = "/partner";
