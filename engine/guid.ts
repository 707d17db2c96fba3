/** An id as Entra shows it, in either case: `3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33`. */
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
