/** What this folder brings to the desk. */

export {}
