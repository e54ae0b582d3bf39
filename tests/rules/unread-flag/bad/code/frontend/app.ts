// new-checkout is gone
export const isNew = () => true;
