/** σ(z) = 1/(1+e^{−z}), without overflow. */
export const logistic = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)))
