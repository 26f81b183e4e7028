/** A number to so many places, without the sign of a rounded zero: 0.00, not -0.00. */
export const fixed = (value: number, digits: number): string => value.toFixed(digits).replace(/^-(0\.0+)$/, "$1")
