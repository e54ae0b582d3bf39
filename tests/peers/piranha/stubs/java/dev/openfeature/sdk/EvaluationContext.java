package dev.openfeature.sdk;

/** As much of OpenFeature as the samples need. */
public interface EvaluationContext {}
