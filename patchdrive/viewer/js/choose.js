export const choose = () => null;
export const windows = () => null;
